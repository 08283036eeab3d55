import type { Variables } from '../render.ts';

/** The instant that the samples end at, epoch milliseconds. */
export const at = 1_700_000_000_000;

/** Some begin others, some mean something to a regular expression, two have no series at all. */
const services = [
  ...[
    'cart',
    'cart-api',
    'cart-api-2',
    'svc-1',
    'svc-10',
    'a.c',
    'abc',
    'x|y',
    'q"u\\o',
    '<ü&>',
    '(',
    'gone',
  ],
  ...["it's", 'absent'],
];
const withoutSeries = ['gone', 'absent'];
const namespaces = ['shop', 'shop-2'];

/** Who is asked for: each service in each namespace, with the hash of its template. */
export const everybody: Variables[] = namespaces.flatMap((NAMESPACE) =>
  services.map((SERVICE) => ({ SERVICE, NAMESPACE, WORKLOAD: SERVICE, POD_TEMPLATE_HASH: hashOf(SERVICE) })),
);

function hashOf(service: string): string {
  return `h${services.indexOf(service) % 3}`;
}

/** Random series of each, in the OpenMetrics text format: gaps, resets, NaN, infinities, ends, more or fewer labels. */
export function sampleSeries(seed: number): string {
  const random = randomFrom(seed);
  const families = [
    family('share', random, () => odd(random) ?? String(random() * 4 - 1)),
    family('load', random, () => odd(random) ?? String(Math.floor(random() * 3))),
    counters('requests', '', random),
    counters('duration', 'le', random),
    // What the shipped triggers ask for.
    counters('http_requests', '', random),
    counters('http_request_duration_seconds', 'le', random),
    counters('kube_pod_container_status_restarts', '', random),
    family('kube_pod_info', random, () => '1'),
    family('kube_pod_status_ready', random, () => yesOrNo(random, 0.3), 'condition="true"'),
    family('kube_pod_status_phase', random, () => yesOrNo(random, 0.2), 'phase="Failed"'),
    family('kube_pod_container_status_waiting_reason', random, () => '1', 'reason="ErrImagePull"'),
    family('kube_pod_init_container_status_waiting_reason', random, () => '1', 'reason="ImagePullBackOff"'),
    family('kube_pod_deletion_timestamp', random, () => '1', 'uid="u"'),
  ];
  return `${families.join('\n')}\n# EOF\n`;
}

function family(name: string, random: () => number, value: () => string, more?: string): string {
  const lines = labelSets(random).flatMap((labels) => {
    const all = more === undefined ? labels : labels.replace('}', `,${more}}`);
    return secondsOf(random).map((second) => `${name}${all} ${value()} ${at / 1000 + second}`);
  });
  return [`# TYPE ${name} gauge`, ...lines].join('\n');
}

function yesOrNo(random: () => number, share: number): string {
  return random() < share ? '1' : '0';
}

/** Counters that are reset now and then; with `le` the buckets of a histogram. */
function counters(name: string, le: '' | 'le', random: () => number): string {
  const sample = le === '' ? `${name}_total` : `${name}_bucket`;
  const bounds = le === '' ? [''] : ['0.1', '1', '+Inf'];
  const lines = labelSets(random).flatMap((labels) => {
    const seconds = secondsOf(random);
    const rises = seconds.map(() => (random() < 0.1 ? -1 : Math.floor(random() * 20)));
    return bounds.flatMap((bound, index) => {
      let count = 0;
      const bucket = bound === '' ? labels : labels.replace('}', `,le="${bound}"}`);
      return seconds.map((second, step) => {
        const rise = rises[step] ?? 0;
        count = rise < 0 ? 0 : count + rise * (index + 1);
        return `${sample}${bucket} ${count} ${at / 1000 + second}`;
      });
    });
  });
  return [`# TYPE ${name} ${le === '' ? 'counter' : 'histogram'}`, ...lines].join('\n');
}

function odd(random: () => number): string | null {
  const drawn = random();
  if (drawn < 0.06) return 'NaN';
  if (drawn < 0.09) return '+Inf';
  return drawn < 0.12 ? '-Inf' : null;
}

/** Each service has up to three series, some of a zone, with pods called by the hash of their template or by a number. */
function labelSets(random: () => number): string[] {
  return namespaces.flatMap((namespace) =>
    services.flatMap((service) => {
      if (withoutSeries.includes(service) || random() < 0.1) return [];
      const count = 1 + Math.floor(random() * 3);
      return Array.from({ length: count }, (_, index) => {
        const zone = random() < 0.7 ? `,zone="${index % 2 === 0 ? 'a' : 'b'}"` : '';
        const status = random() < 0.5 ? '200' : '503';
        const name = label(service);
        const pod = label(random() < 0.3 ? `${service}-${index}` : `${service}-${hashOf(service)}-${index}`);
        return `{service=${name},app=${name},namespace="${namespace}",pod=${pod},status="${status}"${zone}}`;
      });
    }),
  );
}

/** Every 15 s of four minutes, with gaps; one in ten ended two minutes ago. */
function secondsOf(random: () => number): number[] {
  const end = random() < 0.1 ? -120 : 0;
  const all = Array.from({ length: 17 }, (_, index) => index * 15 - 240);
  return all.filter((second) => second <= end && random() > 0.1);
}

function label(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
