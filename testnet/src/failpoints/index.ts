/**
 * A real node that kills itself at a named moment of its work: decorators of its ports, installed
 * by an entry of their own, so that production code knows nothing of them.
 */
export { failpoints, type FailingDeed, type Failpoint } from "./names.ts";
