import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { emptyWhenHealthy } from '../empty-when-healthy.ts';
import { lint } from '../lint.ts';
import { importRules } from './import-rules.ts';

function rules(...list: string[]): string {
  return `groups:\n  - name: g\n    rules:\n${list.map((rule) => `      - ${rule}`).join('\n')}\n`;
}

/** What one rule becomes. */
async function one(rule: string, options?: { serviceLabel?: string }) {
  const { alerts } = await importRules(rules(rule), options);
  expect(alerts).toHaveLength(1);
  return alerts[0];
}

describe('a rule', () => {
  it('becomes a trigger with its durations, its words and its links', async () => {
    const imported = await one(`alert: KubePodCPUHigh
        expr: sum(rate(cpu[5m])) > 0.9
        for: 1m30s
        keep_firing_for: 5m
        labels: { severity: critical }
        annotations:
          summary: Not this one.
          description: "{{ $labels.pod }} is at {{ $value | humanize }}{{ if true }}!{{ end }}"
          runbook_url: https://runbooks.example.com/cpu
          dashboard_url: https://grafana.example.com/{{ $labels.pod }}`);
    expect(imported).toEqual({
      ...{ group: 'g', name: 'KubePodCPUHigh', outcome: 'same', notes: [] },
      triggers: [
        {
          name: 'kube_pod_cpu_high',
          query: 'sum(rate(cpu[5m]))',
          ...{ threshold: 0.9, comparison: 'greater_than', forMs: 90_000, keepFiringMs: 300_000 },
          ...{ severity: 'page_and_suggest', shadow: false, unit: '', initialDelayMs: 0 },
          description: '(pod) is at (value)!',
          ...{ onNoData: 'hold', onNotANumber: 'hold' },
          links: [{ title: 'Runbook', url: 'https://runbooks.example.com/cpu' }],
        },
      ],
    });
  });

  it.each([
    ['', 'log_only'],
    ['labels: { severity: warning }', 'log_only'],
    ['labels: { severity: Page }', 'page_and_suggest'],
    ['labels: { severity: critical, lastgood_severity: auto_rollback }', 'auto_rollback'],
    ['labels: { severity: critical, lastgood_severity: whatever }', 'page_and_suggest'],
  ])('with %j is %s', async (labels, severity) => {
    const imported = await one(`{ alert: A, expr: sum(x) > 1${labels && `, ${labels}`} }`);
    expect(imported?.triggers[0]?.severity).toBe(severity);
  });

  it('takes labels of its group', async () => {
    const text = rules('{ alert: A, expr: sum(x) > 1 }').replace(
      'name: g',
      'name: g\n    labels: { severity: page }',
    );
    expect((await importRules(text)).alerts[0]?.triggers[0]?.severity).toBe('page_and_suggest');
  });

  it.each([
    ['sum(x) >= 5', 'sum(x)', 4.999999999999999, 'greater_than'],
    ['sum(x) <= -5', 'sum(x)', -4.999999999999999, 'less_than'],
    ['sum(x) >= 0', 'sum(x)', -5e-324, 'greater_than'],
    ['5 > sum(x)', 'sum(x)', 5, 'less_than'],
    ['sum(x) > 14.4 * 0.001', 'sum(x)', 14.4 * 0.001, 'greater_than'],
    ['sum(x) > -(1 + 1)', 'sum(x)', -2, 'greater_than'],
    ['sum(x) > 5m', 'sum(x)', 300, 'greater_than'],
    ['x < 5', 'min(x)', 5, 'less_than'],
    ['sum by (a) (x) > 5', 'max(sum by (a) (x))', 5, 'greater_than'],
    ['sum by () (x) > 5', 'sum by () (x)', 5, 'greater_than'],
    ['topk(1, x) > 5', 'max(topk(1, x))', 5, 'greater_than'],
    ['x == 1', 'max(x == bool 1)', 0.5, 'greater_than'],
    ['a > on(b) group_left c + 1', 'max(a - on(b) group_left() (c + 1))', 0, 'greater_than'],
    ['a >= on(b) c', 'max(a >= bool on(b) c)', 0.5, 'greater_than'],
    ['absent(x)', 'max(absent(x)) or vector(0)', 0.5, 'greater_than'],
    ['absent(x) and y > 1', 'count(absent(x) and y > 1) or vector(0)', 0.5, 'greater_than'],
    ['x', 'count(x) or vector(0)', 0.5, 'greater_than'],
  ])('of %j asks %j', async (expr, query, threshold, comparison) => {
    const [trigger] = (await one(`alert: A\n        expr: ${JSON.stringify(expr)}`))?.triggers ?? [];
    expect(trigger).toMatchObject({ query, threshold, comparison, onNoData: 'hold' });
  });

  it('that still filters says that its silence is healthy', async () => {
    const imported = await one('{ alert: A, expr: x > 5 unless y == 1 }');
    expect(imported?.triggers[0]).toMatchObject({ query: 'max((x) unless (y == 1))', onNoData: 'healthy' });
    expect(imported?.notes.join()).toContain('no release can be verified by it');
  });

  it('with several conditions becomes several triggers', async () => {
    const imported = await one(
      '{ alert: TooMuch, expr: sum(x) > 5 or sum(y) < 1, labels: { severity: info } }',
    );
    expect(imported?.triggers.map(({ name, query }) => [name, query])).toEqual([
      ['too_much', 'sum(x)'],
      ['too_much_info', 'sum(y)'],
    ]);
    expect(imported).toMatchObject({ outcome: 'differs', notes: [expect.stringContaining('Any of 2')] });
  });

  it.each([
    ['{ record: "a:b", expr: x }', 'It records'],
    ['{ alert: A, expr: vector(1) }', 'always fire'],
    ['{ alert: A, expr: x > bool 1 }', 'compares with bool'],
    ['{ alert: A, expr: x > 1 or vector(0) }', 'always fire'],
    ['{ alert: A, expr: "sum(" }', 'ends too early'],
    ['{ alert: A, expr: "x{a=~\\"$__rate\\"} > 1" }', 'not a variable'],
    ['{ alert: A, expr: sum(x) > 1, for: 2d }', 'a day at most'],
    ['{ alert: A, expr: sum(x) > 1, for: soon }', 'no duration'],
    ['{ alert: A }', 'It is no rule'],
    ['{ expr: x > 1 }', 'alert is missing'],
    ['just words', 'It is no rule'],
  ])('%s is left out, and said why', async (rule, why) => {
    expect(await one(rule)).toMatchObject({
      outcome: 'left_out',
      triggers: [],
      notes: [expect.stringContaining(why)],
    });
  });

  it('is narrowed to a service by the label that is named', async () => {
    const narrowed = await one('{ alert: A, expr: \'sum(rate(a{b="c"}[5m])) / sum(d) > 0.5\' }', {
      serviceLabel: 'app',
    });
    expect(narrowed?.triggers[0]?.query).toBe(
      'sum(rate(a{app="$SERVICE",b="c"}[5m])) / sum(d{app="$SERVICE"})',
    );
    const named = await one('{ alert: A, expr: \'sum(a{app="x"}) > 1\' }', { serviceLabel: 'app' });
    expect(named?.outcome).toBe('left_out');
  });

  it('says how a hold in milliseconds is rounded, and what a limit of its group means', async () => {
    const imported = await one('{ alert: A, expr: sum(x) > 1, for: 500ms }');
    expect(imported).toMatchObject({ outcome: 'differs', notes: [expect.stringContaining('rounded up')] });
    expect(imported?.triggers[0]?.forMs).toBe(1_000);
  });
});

describe('a file', () => {
  it('may be a manifest, in several documents', async () => {
    const manifest = { kind: 'PrometheusRule', spec: parse(rules('{ alert: A, expr: sum(x) > 1 }')) };
    const text = `${JSON.stringify(manifest)}\n---\n${rules('{ alert: A, expr: sum(x) > 2 }')}`;
    expect(
      (await importRules(text)).alerts.flatMap(({ triggers }) => triggers.map(({ name }) => name)),
    ).toEqual(['a', 'a_alert']);
  });

  it.each([
    ['', 'empty'],
    ['[', 'no YAML'],
    ['a: *b', 'no YAML'],
    ['a: 1', 'no rule file'],
    ['groups: []', 'no rule file'],
    [`# ${'x'.repeat(1_000_001)}`, 'split it'],
    [rules(...Array.from({ length: 2_001 }, () => '{}')), 'split it'],
  ])('that is wrong is refused (%#)', async (text, why) => {
    const { alerts, problem } = await importRules(text);
    expect(alerts).toEqual([]);
    expect(problem).toContain(why);
    // A sentence, not the beginning of one.
    expect(problem).not.toMatch(/:\.?$/);
  });

  it('says that its rules ask for everything, unless they are narrowed', async () => {
    const text = rules('{ alert: A, expr: sum(x) > 1 }');
    expect((await importRules(text)).notes.join()).toContain("whole fleet's values");
    expect((await importRules(text, { serviceLabel: 'app' })).notes.join()).not.toContain(
      "whole fleet's values",
    );
  });

  it('names no two triggers alike', async () => {
    const many = Array.from({ length: 5 }, () => '{ alert: A, expr: sum(x) > 1 }');
    const names = (await importRules(rules(...many))).alerts.flatMap(({ triggers }) =>
      triggers.map(({ name }) => name),
    );
    expect(new Set(names).size).toBe(5);
  });
});

it('leads to nothing that would be refused when it is applied', async () => {
  const file = await readFile(join(import.meta.dirname, 'testdata/public-shapes.yaml'), 'utf8');
  const { alerts } = await importRules(file, { serviceLabel: 'app' });
  const triggers = alerts.flatMap((alert) => alert.triggers);
  expect(triggers.length).toBeGreaterThan(100);
  expect(new Set(triggers.map(({ name }) => name)).size).toBe(triggers.length);
  for (const { name, query, threshold, onNoData, description } of triggers) {
    expect(lint(query, ['SERVICE']), query).toEqual([]);
    expect(query).toContain('app="$SERVICE"');
    if (emptyWhenHealthy(query)) expect(onNoData, query).toBe('healthy');
    expect(name).toMatch(/^[a-z][a-z0-9_-]{0,62}$/);
    expect(Math.abs(threshold)).toBeLessThanOrEqual(1e20);
    expect(description.length).toBeLessThanOrEqual(500);
  }
});
