import "@fontsource-variable/inter/index.css";
import "./style/theme.css";
import "./style/shell.css";
import "./style/page.css";
import "./style/requests.css";
import "./style/fiches.css";
import "./style/journal.css";
import "./style/session.css";
import "./style/recall.css";
import "./style/compartments.css";
import { render } from "preact";
import { Shell } from "./shell/shell.view";
import { applyTheme, savedTheme } from "./shell/theme.model";

applyTheme(savedTheme());
const root = document.getElementById("app");
if (root) render(<Shell />, root);
