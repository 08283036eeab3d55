/** A request that the receiver's server sends by itself, as it came: what it is signed over are its very bytes. */
export interface IncomingRequest {
  /** Under lower-case names. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  body: Uint8Array;
}

/** A button of a message that somebody pressed. */
export interface Press {
  /** The same however often it is sent. */
  id: string;
  act: 'rollback' | 'undo';
  /** The id of the deployment to roll back, or of the run to undo: as it was given to the button, and not judged yet. */
  about: string;
  /** Who pressed, as the receiver names them. */
  by: string;
  /** Where whoever pressed is told; null where nobody can be. */
  answerTo: string | null;
}

export type PressReading =
  | { kind: 'press'; press: Press }
  /** It is from the receiver, and nothing is to be done. */
  | { kind: 'nothing' }
  /** Nobody knows who sent it. */
  | { kind: 'refused'; reason: string };

/** What whoever pressed is told. */
export interface PressAnswer {
  text: string;
  /** The page to look at. */
  link: string | null;
  /** The run that can still be undone. */
  undo: string | null;
}
