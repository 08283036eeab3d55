import type { IncidentLane, IncidentView } from '@lastgood/api-client';
import { describe, expect, test } from 'vitest';
import { incidentSummary, linkWords } from './incident-summary.ts';
import { labelRows, textWidth } from './label-rows.ts';
import { stripSvg } from './strip-file.ts';
import { stripPicture } from './strip-picture.ts';
import { timeTicks } from './time-ticks.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 3, 0, second)).toISOString();

const mark = (id: number, second: number, kind: IncidentLane['marks'][number]['kind'], text = 'said') => ({
  ...{ id, at: at(second), kind, type: 'x', text, trigger: null, deploymentId: 'd2', runId: null },
});

const lane = (over: Partial<IncidentLane> = {}): IncidentLane => ({
  service: 'prod/shop/checkout',
  serviceName: 'checkout',
  link: { kind: 'asked', to: null },
  deployments: [
    {
      ...{ id: 'd2', release: 2, version: 'v2', origin: 'pipeline', startedAt: at(0) },
      ...{ isRead: false, previousDeploymentId: 'd1' },
    },
  ],
  spans: [
    { kind: 'pending', from: at(10), to: at(30), deploymentId: 'd2', runId: null, trigger: 'errors' },
    { kind: 'firing', from: at(30), to: at(50), deploymentId: 'd2', runId: null, trigger: 'errors' },
    { kind: 'rollback', from: at(31), to: at(50), deploymentId: 'd2', runId: 'r1', trigger: null },
    { kind: 'verification', from: at(42), to: at(50), deploymentId: 'd2', runId: 'r1', trigger: null },
  ],
  marks: [
    mark(1, 0, 'deploy'),
    mark(2, 10, 'pending'),
    mark(3, 30, 'fired'),
    mark(4, 30, 'decision'),
    mark(5, 32, 'step'),
    mark(6, 50, 'verified'),
  ],
  ...over,
});

const view = (over: Partial<IncidentView> = {}): IncidentView => ({
  ...{ at: at(60), deploymentId: 'd2', from: at(0), to: at(50), moreServices: 0, marginSeconds: 300 },
  ...{ isCut: false, lanes: [lane()], ...over },
});

const draw = (of: IncidentView, width = 800) =>
  stripPicture(of, { width, now: Date.parse(of.at), timeZone: 'UTC', titles: true });

const textsOf = (of: IncidentView, width?: number) =>
  draw(of, width).shapes.flatMap(({ text, attributes: { x, y } }) => (text ? [{ text, x, y }] : []));

describe('the picture', () => {
  test('everything lies within it, and a later thing to the right of an earlier one', () => {
    for (const width of [640, 960, 2400]) {
      const { shapes, height, lanes } = draw(view(), width);
      for (const { attributes } of shapes) {
        for (const name of ['x', 'x1', 'x2'])
          if (name in attributes) {
            expect(attributes[name]).toBeGreaterThanOrEqual(0);
            expect(attributes[name]).toBeLessThanOrEqual(width);
          }
        for (const name of ['y', 'y1', 'y2'])
          if (name in attributes) expect(attributes[name]).toBeLessThanOrEqual(height);
      }
      const xs = lanes[0]?.spots.map(({ x }) => x) ?? [];
      expect(xs).toEqual(xs.toSorted((a, b) => a - b));
    }
  });

  test('every mark can be pointed at exactly once', () => {
    const two = view({ lanes: [lane({ service: 'a' }), lane({ service: 'b' })] });
    const { lanes } = draw(two);
    expect(lanes.map(({ service }) => service)).toEqual(['a', 'b']);
    for (const { spots } of lanes)
      expect(spots.flatMap(({ marks }) => marks.map(({ id }) => id))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('no place to point at lies on its neighbour, wherever the most telling marks stand', () => {
    const kinds = ['step', 'fired', 'pending', 'decision', 'verified'] as const;
    for (let step = 1; step <= 12; step += 1)
      for (let turn = 0; turn < kinds.length; turn += 1) {
        const marks = Array.from({ length: 12 }, (_, index) =>
          mark(index, Math.min(59, index * step), kinds[(index * 3 + turn) % kinds.length] ?? 'step'),
        );
        const xs = draw(view({ lanes: [lane({ marks })] })).lanes[0]?.spots.map(({ x }) => x) ?? [];
        for (const [index, x] of xs.slice(1).entries())
          expect(x - (xs[index] ?? 0), `${step} s, ${turn}`).toBeGreaterThanOrEqual(24);
      }
  });

  test('labels stand beside their marks and cover no other', () => {
    const texts = textsOf(view());
    for (const label of ['deploy v2', 'pending', 'fired', 'decision', 'verified', 'errors'])
      expect(texts.map(({ text }) => text)).toContain(label);
    for (const [index, one] of texts.entries())
      for (const other of texts.slice(index + 1)) {
        const apart = (a: typeof one, b: typeof one) =>
          Number(a.x) + textWidth(a.text) * 0.9 <= Number(b.x) || Math.abs(Number(a.y) - Number(b.y)) >= 11;
        expect(apart(one, other) || apart(other, one), `${one.text} over ${other.text}`).toBe(true);
      }
  });

  test('the axis is to the second, and ends with now while it goes on', () => {
    expect(textsOf(view()).map(({ text }) => text)).toContain('03:00:10');
    expect(textsOf(view()).map(({ text }) => text)).not.toContain('now');
    expect(textsOf(view({ to: null })).map(({ text }) => text)).toContain('now');
  });

  test('a deploy long before the trouble does not push it together', () => {
    const early = view({ from: new Date(Date.parse(at(0)) - 86_400_000).toISOString() });
    const spots = draw(early).lanes[0]?.spots ?? [];
    expect((spots.at(-1)?.x ?? 0) - (spots.at(1)?.x ?? 0)).toBeGreaterThan(200);
  });
});

describe('the file', () => {
  test('stands alone: its colours and its words are in it, no line is blank', () => {
    const svg = stripSvg(view());
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img"[^\n]*>\n<title>/);
    expect(svg).not.toMatch(/var\(|class=|\n\s*\n|style=/);
    expect(svg).toContain('#cf2f36');
    expect(svg).toContain('Times in UTC.</title>');
  });

  test('what others named cannot leave its place', () => {
    const name = `"><script>alert(1)</script>\n\n# heading & 'more'\u0000`;
    const svg = stripSvg(view({ lanes: [lane({ serviceName: name })] }));
    expect(svg).not.toMatch(/<script|\n\s*\n/);
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain('&lt;script&gt;');
  });
});

test('in words: who, from when to when, and what came of it', () => {
  expect(incidentSummary(view(), 0, 'UTC')).toBe(
    '1 service, 03:00:00 to 03:00:50, 50 s: checkout deployed, fired, rolled back and verified.',
  );
  const words = (marks: IncidentLane['marks'], spans: IncidentLane['spans'] = []) =>
    incidentSummary(view({ lanes: [lane({ marks, spans })] }), 0, 'UTC').split('checkout ')[1];
  const [stopped, verified] = [mark(4, 32, 'stopped'), mark(5, 45, 'verified')];
  expect(words([stopped, verified])).toBe('rollback stopped, rolled back and verified.');
  const goesOn = { kind: 'rollback', from: at(31), to: null, deploymentId: 'd2', runId: 'r1' } as const;
  expect(words([stopped], [{ ...goesOn, trigger: null }])).toBe('rollback stopped, rolling back.');
  const open = lane({
    marks: [mark(3, 30, 'fired')],
    spans: [{ kind: 'firing', from: at(30), to: null, deploymentId: 'd2', runId: null, trigger: 'errors' }],
  });
  expect(incidentSummary(view({ to: null, lanes: [open] }), Date.parse(at(40)), 'UTC')).toBe(
    '1 service, since 03:00:00, going on for 40 s: checkout firing.',
  );
  expect(linkWords(lane({ link: { kind: 'dependency', to: 'prod/shop/search' } }))).toBe(
    'with search: one depends on the other',
  );
});

test('ticks are round and no more than asked for', () => {
  const from = Date.parse(at(3));
  expect(timeTicks(from, from + 50_000, 6).map((tick) => new Date(tick).getUTCSeconds())).toEqual([
    10, 20, 30, 40, 50,
  ]);
  for (const span of [900, 61_000, 3_600_000, 86_400_000 * 30])
    expect(timeTicks(from, from + span, 8).length).toBeLessThanOrEqual(9);
});

test('a label without a free row is left out; the more telling ones stay', () => {
  const crowd = Array.from({ length: 6 }, (_, index) => ({ x: 100, text: 'pending', rank: 6 - index }));
  const placed = labelRows(crowd, 200, 2);
  expect(placed.filter(Boolean)).toHaveLength(4);
  expect(placed[5]).not.toBeNull();
  expect(placed[0]).toBeNull();
});
