/** Something that the person at the terminal can put right; `message` says what. */
export class PciError extends Error {}
