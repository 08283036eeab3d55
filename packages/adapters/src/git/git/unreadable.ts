/** What could not be read of the clone: an answer, not a fault of ours. Thrown within this folder and caught at its edge. */
export class Unreadable extends Error {
  readonly kind: 'not-found' | 'unreachable';
  constructor(kind: 'not-found' | 'unreachable', reason: string) {
    super(reason);
    this.kind = kind;
  }
}
