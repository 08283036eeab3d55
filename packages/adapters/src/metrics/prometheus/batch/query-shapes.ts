import fc from 'fast-check';

/** How the selectors of a query name what they ask for. */
const styles = [
  ['service="$SERVICE"'],
  ['service=~"$SERVICE"'],
  ['service="$SERVICE",namespace="$NAMESPACE"'],
  ['namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"'],
  ['pod=~"$SERVICE-.*"'],
  ['pod=~"$WORKLOAD-(h[0-9]|x+)-[0-9]"', 'service="$WORKLOAD"'],
  ['service="$SERVICE"', 'app="$SERVICE"'],
  ['service="$SERVICE",namespace="$NAMESPACE"', 'app="$SERVICE"'],
  ['service="$SERVICE",zone!="b"', 'service="$SERVICE",status=~"5.."'],
];
const labels = ['service', 'namespace', 'pod', 'status', 'zone', 'le'];

/** Queries over the sample series of any shape that the grammar and the types of PromQL allow, batched or not. */
export const queryShape: fc.Arbitrary<string> = fc
  .constantFrom(...styles)
  .chain((style) => shapes(fc.constantFrom(...style)));

function shapes(matchers: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(nestedShape(matchers), joinedShape(matchers));
}

const label = fc.constantFrom(...labels);
const list = fc.uniqueArray(label, { maxLength: 3 }).map((all) => `(${all.join(', ')})`);
const metric = fc.constantFrom('share', 'load', 'requests_total', 'duration_bucket');
const matching = fc.oneof(
  fc.constant(''),
  text`${fc.constantFrom('on', 'ignoring')} ${list}`,
  text`${fc.constantFrom('on', 'ignoring')} ${list} ${fc.constantFrom('group_left', 'group_right')} ${fc.oneof(fc.constant('()'), list)}`,
);
const setMatching = text`${fc.constantFrom('', 'on', 'ignoring')} ${list}`.map((words) =>
  words.replace(/^ .*/, ''),
);
const operator = fc.constantFrom('+', '-', '*', '/', '%', '^', '>', '<=', '== bool', '!=');
const set = fc.constantFrom('and', 'or', 'unless');
const plain = fc.constantFrom(
  'vector(0)',
  'sum(load)',
  'load{namespace="shop",service="abc"}',
  'requests_total',
);

/** Two simple sides that are joined in every way, with one number made of it. */
function joinedShape(matchers: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const selector = text`${fc.constantFrom('share', 'load')}{${matchers}}`;
  const grouped = text`${fc.constantFrom('sum', 'count')} ${fc.constantFrom('by', 'without')} ${list} (${selector})`;
  const side = fc.oneof(selector, grouped, text`max(${selector})`, text`(${selector} > 0.5)`);
  const other = fc.oneof({ weight: 7, arbitrary: side }, { weight: 1, arbitrary: plain });
  const joined = fc.oneof(
    text`${side} ${operator} ${matching} ${other}`,
    text`${side} ${set} ${setMatching} ${other}`,
  );
  const chain = text`${side} ${operator} ${side} ${set} ${setMatching} ${side} ${operator} ${matching} ${side}`;
  const arithmetic = text`-${side} ${operator} ${side} ${operator} ${fc.constantFrom('2', '-1')} ${set} ${side}`;
  const all = fc.oneof(
    { weight: 6, arbitrary: joined },
    { weight: 1, arbitrary: chain },
    { weight: 1, arbitrary: arithmetic },
  );
  return text`${fc.constantFrom('sum', 'count', 'count by (zone) ', 'max without (pod, service) ', '')}(${all})`;
}

/** Queries within queries. */
function nestedShape(matchers: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const selector = text`${metric}{${matchers}}`;
  const later = fc.constantFrom('', '', '', ' offset 30s', ' @ 1699999950', ' offset -15s');
  const scalar = fc.constantFrom('2', '0.5', '0', 'time()', 'scalar(load{service="abc"})');
  const { vector } = fc.letrec<{ vector: string }>((tie) => {
    const inner = tie('vector');
    const ranged =
      text`${fc.constantFrom('rate', 'increase', 'delta', 'max_over_time', 'count_over_time', 'last_over_time', 'changes', 'resets', 'quantile_over_time', 'absent_over_time')}(${selector}[${fc.constantFrom('1m', '2m')}]${later})`.map(
        (call) => call.replace('quantile_over_time(', 'quantile_over_time(0.5, '),
      );
    const call = fc.oneof(
      text`${fc.constantFrom('abs', 'ceil', 'sgn', 'sqrt', 'timestamp', 'sort', 'absent')}(${inner})`,
      text`clamp_max(${inner}, ${scalar})`,
      text`histogram_quantile(0.9, sum ${fc.constantFrom('by (le)', 'by (le, pod)', 'without (pod)', 'by (service, le)')} (rate(duration_bucket{${matchers}}[2m])))`,
      text`label_replace(${inner}, "${label}", "x$1", "${label}", "(.).*")`,
      text`label_join(${inner}, "${label}", "-", "${label}", "zone")`,
      text`vector(scalar(${inner}))`,
    );
    const aggregation = fc.oneof(
      text`${fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev')}(${inner})`,
      text`${fc.constantFrom('sum', 'min', 'count')} ${fc.constantFrom('by', 'without')} ${list} (${inner})`,
      text`${fc.constantFrom('topk(1, ', 'quantile(0.5, ', 'count_values("zone", ')}${inner})`,
      text`sum(${inner}) ${fc.constantFrom('by', 'without')} ${list}`,
    );
    const other = fc.oneof({ weight: 4, arbitrary: inner }, { weight: 1, arbitrary: plain });
    const binary = fc.oneof(
      text`(${inner} ${operator} ${scalar})`,
      text`(${scalar} ${operator} ${inner})`,
      text`(${inner} ${operator} ${matching} ${other})`,
      text`(sum(${inner}) ${operator} sum(${inner}))`,
      text`(${inner} ${set} ${setMatching} ${other})`,
      text`(sum(${inner}) or 0 * count(${inner}))`,
      text`${inner} or ${fc.constantFrom('', 'on()')} vector(0)`,
    );
    const subquery = text`${fc.constantFrom('max_over_time', 'sum_over_time', 'last_over_time')}((${inner})[1m:15s]${later})`;
    return {
      vector: fc.oneof(
        { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
        { weight: 3, arbitrary: text`${selector}${later}` },
        { weight: 3, arbitrary: ranged },
        { weight: 4, arbitrary: aggregation },
        { weight: 4, arbitrary: binary },
        { weight: 2, arbitrary: call },
        { weight: 1, arbitrary: subquery },
        { weight: 1, arbitrary: text`-(${inner})` },
      ),
    };
  });
  const whole = text`${fc.constantFrom('sum', 'count', 'min', 'max', 'sum by (zone) ')}(${vector})`;
  return fc.oneof(vector, whole);
}

/** A text with something drawn in each of its places. */
function text(words: TemplateStringsArray, ...places: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...places).map((drawn) => String.raw({ raw: words }, ...drawn));
}
