/** Something that a rollback leaves as it is, and why; null where that needs no word. */
export interface Stays {
  what: string;
  why: string | null;
}
