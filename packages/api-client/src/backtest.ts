import type {
  BacktestDeployment,
  BacktestInput,
  BacktestLine,
  BacktestProgress,
  BacktestResult,
} from './generated/model/index.ts';
import { backtestTriggers } from './generated/operations.ts';
import { ApiError } from './request.ts';

interface BacktestOptions {
  /** Aborting it calls the backtest off, at the server too. */
  signal?: AbortSignal;
  /** What comes before the result: progress, and each deployment once it is judged. */
  onLine?(line: BacktestProgress | BacktestDeployment): void;
}

/** Tries a trigger on the past. Throws `ApiError` where it is refused or fails, and where the answer was cut off before its end. */
export async function backtest(
  input: BacktestInput,
  { signal, onLine }: BacktestOptions = {},
): Promise<BacktestResult> {
  const response = await backtestTriggers(input, undefined, signal ? { signal } : {});
  for await (const line of linesOf(response)) {
    if (line.type === 'result') return line;
    if (line.type === 'failed') throw new ApiError(line.problem, null);
    onLine?.(line);
  }
  throw cutOff();
}

/** One JSON value in each line. https://github.com/ndjson/ndjson-spec */
async function* linesOf(response: Response): AsyncGenerator<BacktestLine, void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = '';
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + read.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as BacktestLine;
    }
  } finally {
    // Who does not want the rest ends the connection.
    await reader.cancel().catch(() => undefined);
  }
}

function cutOff(): ApiError {
  return new ApiError(
    {
      ...{ type: 'about:blank', title: 'The answer was cut off', status: 502 },
      detail: 'The connection ended before the result came. Ask again, for fewer deployments if it stays so.',
    },
    null,
  );
}
