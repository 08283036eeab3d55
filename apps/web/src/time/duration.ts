const pad = (n: number): string => String(n).padStart(2, '0');

/*
 * One rule for every time that is shown, here and in the server's sentences (`formatSpan` of the domain): rounded down to
 * what has passed, or is left, in full. Two that stand together agree, whoever wrote them.
 */

/** What a float lacks to the whole number that was meant. */
const whisker = 1e-6;

/** Seconds as a clock: `0:07`, `1:20`, `1:02:03`. Never negative, rounded down. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds + whisker));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** Seconds in words for prose and tables: `40 ms`, `0.4 s`, `20 s`, `2 min`, `2 min 30 s`, `1 h 5 min`, `3 d`. Rounded down. */
export function spokenDuration(seconds: number): string {
  const s = Math.max(0, seconds) + whisker;
  if (seconds > 0 && s < 0.1) return `${Math.max(1, Math.floor(s * 1000))} ms`;
  if (s < 1) return `${Math.floor(s * 10) / 10} s`;
  const whole = Math.floor(s);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return join(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return join(whole, 3600, 'h', 60, 'min');
  return join(whole, 86_400, 'd', 3600, 'h');
}

function join(whole: number, unit: number, name: string, small: number, smallName: string): string {
  const big = Math.floor(whole / unit);
  const rest = Math.floor((whole % unit) / small);
  return rest > 0 ? `${big} ${name} ${rest} ${smallName}` : `${big} ${name}`;
}
