export type Certainty = "established" | "probable" | "possible" | "undetermined";
