/** The world around a command: where words go, and time. */
export interface Terminal {
  /** The answer, for programs: standard output. */
  answer(line: string): void;
  /** Words for people: standard error. */
  say(line: string): void;
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** A fresh Idempotency-Key. */
  newKey(): string;
}

const unshown = /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]/gu;

export function answerJson(terminal: Terminal, value: unknown): void {
  // What would not be shown is escaped: a program reads it as it is.
  terminal.answer(
    JSON.stringify(value, null, 2).replace(
      unshown,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/** Names and reasons come from other people's pipelines: none of them may move the cursor of this terminal, or turn what stands behind it around. */
export function withoutControls(text: string): string {
  return text.replace(unshown, '\u{fffd}');
}
