/** Thrown where an ApplicationSet has something beyond what is understood. */
export class NotUnderstood extends Error {}
