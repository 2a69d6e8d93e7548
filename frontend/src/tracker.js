// On every page: htmx and the small behaviours that links and forms work without.
import htmx from "htmx.org";

import { followDialogs } from "./page/dialogs.js";
import { guardForms } from "./page/forms.js";
import { followKeys } from "./page/keys.js";
import { followMatrix } from "./page/matrix.js";
import { followMenus } from "./page/menus.js";
import { followMessages } from "./page/messages.js";

window.htmx = htmx; // one copy for the scripts of single pages too

followDialogs();
guardForms();
followKeys();
followMatrix();
followMenus();
followMessages();
