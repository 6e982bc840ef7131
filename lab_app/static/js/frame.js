// What every page behind the sign-in carries. Each module does one thing and leaves a page without its hooks alone.
import "./search-shortcut.js";
import "./menu.js";
import "./error-focus.js";
import "./confirm-leave.js";
import "./draft.js";
import "./echo.js";
import "./date-picker.js";
import "./password.js";
import "./camera.js";
