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

export function answerJson(terminal: Terminal, value: unknown): void {
  terminal.answer(JSON.stringify(value, null, 2));
}

/** Names and reasons come from other people's pipelines: none of them may move the cursor of this terminal. */
export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '\u{fffd}');
}
