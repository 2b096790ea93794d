export type Theme = "auto" | "light" | "dark";

const key = "quadrille.theme";

export function savedTheme(): Theme {
  const saved = localStorage.getItem(key);
  return saved === "light" || saved === "dark" ? saved : "auto";
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  const isDark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
}

export const nextTheme: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
