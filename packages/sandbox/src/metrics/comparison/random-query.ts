import type { SeededRandom } from '../../seeded-random.ts';

const labels = ['service', 'pod', 'status', 'le', 'kind', 'side', 'namespace', '__name__', 'none'];
const selectors = [
  'http_requests_total',
  'http_requests_total{service="checkout"}',
  'http_requests_total{status=~"5.."}',
  'http_request_duration_seconds_bucket',
  'kube_pod_container_status_restarts_total',
  'gauge',
  'gauge{kind=~"w.*|inf"}',
  'gauge{side!="left"}',
  'other_gauge',
  '{__name__=~".*gauge"}',
  '{kind!~".+a.+",kind!=""}',
  'absent_metric',
];
const replacements = ['$1', 'x', '', '$1y', '$2-$1'];
const patterns = ['(.*)', 'c(.)(.*)', '.*', '', '(a|e|w).*'];
const arithmetic = ['+', '-', '*', '/'];
const comparisons = ['==', '!=', '>', '<=', '> bool', '== bool'];

/** A query over the scripted samples, from the part of PromQL that the store evaluates; nested up to `depth` deep. */
export function randomQuery(random: SeededRandom, depth: number): string {
  const pick = <T>(options: readonly [T, ...T[]] | readonly T[]): T => {
    const option = options[Math.floor(random() * options.length)];
    if (option === undefined) throw new Error('nothing to pick from');
    return option;
  };
  const labelList = () => Array.from({ length: Math.floor(random() * 3) }, () => pick(labels)).join(', ');
  const offset = () => pick(['', '', '', ' offset 1m', ' offset -15s']);
  const selector = () => `${pick(selectors)}${offset()}`;
  const rate = () =>
    `${pick(['rate', 'increase'])}(${pick(selectors)}[${pick(['5s', '20s', '1m', '1m30s', '5m', '1h'])}]${offset()})`;
  const matching = () => pick(['', '', `on (${labelList()})`, `ignoring (${labelList()})`]);

  function scalar(left: number): string {
    if (left <= 0 || random() < 0.6) return pick(['0', '1', '-1', '0.5', '1e3', 'Inf', 'NaN', '100']);
    return pick([
      () => `(${scalar(left - 1)} ${pick(arithmetic)} ${scalar(left - 1)})`,
      () => `-${scalar(left - 1)}`,
      () => `(${scalar(left - 1)} ${pick(['==', '>', '<='])} bool ${scalar(left - 1)})`,
    ])();
  }

  function vector(left: number): string {
    if (left <= 0) return pick([selector, rate])();
    const inner = () => vector(left - 1);
    const number = () => scalar(left - 1);
    return pick([
      selector,
      rate,
      () =>
        `${pick(['sum', 'count', 'min', 'max', 'avg'])} ${pick(['by', 'without'])} (${labelList()}) (${inner()})`,
      () => `${pick(['sum', 'count', 'min', 'max', 'avg'])}(${inner()})`,
      () => `histogram_quantile(${pick(['0.99', '0.5', '0', '1'])}, ${inner()})`,
      () =>
        `label_replace(${inner()}, "${pick(labels)}", "${pick(replacements)}", "${pick(labels)}", "${pick(patterns)}")`,
      () => `vector(${number()})`,
      () => `-${inner()}`,
      () => `(${inner()})`,
      () => `${inner()} ${pick([...arithmetic, ...comparisons])} ${matching()} ${inner()}`,
      () => `${inner()} ${pick(['and', 'or', 'unless'])} ${matching()} ${inner()}`,
      () => `${inner()} ${pick([...arithmetic, ...comparisons])} ${number()}`,
      () => `${number()} ${pick([...arithmetic, ...comparisons])} ${inner()}`,
    ])();
  }
  return vector(depth);
}
