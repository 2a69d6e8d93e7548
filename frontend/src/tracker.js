// On every page: htmx and the small behaviours that links and forms work without.
import htmx from "htmx.org";

import { carryWhatWasTyped } from "./page/carried.js";
import { followChoices } from "./page/choices.js";
import { followCopies } from "./page/copy.js";
import { followDialogs } from "./page/dialogs.js";
import { guardForms } from "./page/forms.js";
import { followInbox } from "./page/inbox.js";
import { followKeys } from "./page/keys.js";
import { followMatrix } from "./page/matrix.js";
import { followMenus } from "./page/menus.js";
import { followMessages } from "./page/messages.js";
import { followPicks } from "./page/pick.js";
import { keepPlace } from "./page/place.js";

window.htmx = htmx; // one copy for the scripts of single pages too

carryWhatWasTyped();
followChoices();
followCopies();
followDialogs();
guardForms();
followKeys();
followMatrix();
followMenus();
followMessages();
followInbox();
followPicks();
keepPlace();
