import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { dictionaries, type Language, type Words } from "../words/words";

// What every part of the page needs: the language, and its words.
export type Page = { language: Language; words: Words };

export const PageContext = createContext<Page>({ language: "fr", words: dictionaries.fr });
export const usePage = () => useContext(PageContext);
