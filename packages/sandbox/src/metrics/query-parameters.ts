import { parseDurationMs, parseFloatLikeGo } from './promql/literals.ts';
import { queryError } from './promql/query-error.ts';
import type { Range } from './run-query.ts';

const maxPoints = 11_000;

/** Epoch milliseconds from seconds or RFC 3339; `otherwise` when the parameter is missing. @throws QueryError */
export function readTime(parameters: URLSearchParams, name: string, otherwise: number | null): number {
  const text = parameters.get(name) ?? '';
  if (text === '' && otherwise !== null) return otherwise;
  const seconds = parseFloatLikeGo(text);
  if (seconds !== null && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw queryError(
      'bad_data',
      `invalid parameter ${JSON.stringify(name)}: cannot parse ${JSON.stringify(text)} to a valid timestamp`,
    );
  }
  return instant;
}

/** @throws QueryError */
export function readRange(parameters: URLSearchParams): Range {
  const start = readTime(parameters, 'start', null);
  const end = readTime(parameters, 'end', null);
  if (end < start) {
    throw queryError('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
  }
  const stepMs = readStepMs(parameters.get('step') ?? '');
  if (stepMs <= 0) {
    throw queryError(
      'bad_data',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if ((end - start) / stepMs > maxPoints) {
    throw queryError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  return { start, end, stepMs };
}

function readStepMs(text: string): number {
  const seconds = parseFloatLikeGo(text);
  if (seconds !== null && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  try {
    return parseDurationMs(text);
  } catch {
    throw queryError(
      'bad_data',
      `invalid parameter "step": cannot parse ${JSON.stringify(text)} to a valid duration`,
    );
  }
}
