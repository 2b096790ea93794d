import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { SessionView } from "../api/types";
import { dictionaries, type Language, type Words } from "../words/words";

// What every part of the page needs: the language, its words, and who is signed in.
export type Page = { language: Language; words: Words; session: SessionView | null };

export const PageContext = createContext<Page>({ language: "fr", words: dictionaries.fr, session: null });
export const usePage = () => useContext(PageContext);
