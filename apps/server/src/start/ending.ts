/** With which code the process ends. */
export const exitCodes = {
  inOrder: 0,
  /** It could not start, met a fault nobody handles, or something did not close in its time. */
  failed: 1,
  /** The deadline of the stop has passed; what it had started was killed. */
  tooLate: 3,
  /** A second signal asked not to wait. */
  pressedAgain: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface EndingOptions {
  /** Ends everything in order. */
  stop(): Promise<void>;
  /** Ends at once every process that was started and still runs. */
  killAll(): void;
  exit(code: ExitCode): void;
  /** Tells a person why it ended otherwise than in order. */
  tell(reason: string): void;
  /** The whole stop takes no longer, whatever hangs. */
  withinMs: number;
  /** One Ctrl-C arrives several times: from the terminal, and once more from each program that waits for this one. */
  samePressMs: number;
}

/** The end of the process: in order if that can be, and in any case within its deadline and with every child. */
export function createEnding({ stop, killAll, exit, tell, withinMs, samePressMs }: EndingOptions) {
  let since: number | null = null;
  const leave = (code: ExitCode) => {
    killAll();
    exit(code);
  };
  return {
    isUnderWay: () => since !== null,
    /** Begins the end; called once more it changes nothing, unless a person `asked` again after a while. */
    begin(code: ExitCode, asked: 'asked' | 'fault' = 'fault'): void {
      if (since !== null) {
        if (asked === 'asked' && performance.now() - since > samePressMs) leave(exitCodes.pressedAgain);
        return;
      }
      since = performance.now();
      setTimeout(() => {
        tell(`Lastgood did not end within ${withinMs / 1000} s; what it had started was killed.`);
        leave(exitCodes.tooLate);
      }, withinMs).unref();
      stop().then(
        () => leave(code),
        (error: unknown) => {
          tell(reasonOf(error));
          leave(exitCodes.failed);
        },
      );
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof AggregateError)) return error instanceof Error ? error.message : String(error);
  const reasons = error.errors.map(reasonOf);
  return `Not everything could be closed: ${reasons.join('; ')}.`;
}
