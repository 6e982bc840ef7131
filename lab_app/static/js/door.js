// The pages around the sign-in.
import "./error-focus.js";
import "./password.js";
import "./demo-fill.js";
