import { createPrometheus } from '@lastgood/adapters/metrics/prometheus/prometheus';
import { render } from '@lastgood/adapters/metrics/prometheus/render';
import type { Question } from '@lastgood/domain/trigger/question';
import { Pool } from 'undici';

/** A way to ask all questions for one instant: what each was answered, as text. */
export interface Side {
  name: string;
  ask(questions: readonly Question[], at: number): Promise<string[]>;
  close(): Promise<void>;
}

/** (a) The seed's shape: one query after another with `fetch`. */
export function oneAfterAnother(url: string): Side {
  return {
    name: 'one after another, fetch',
    async ask(questions, at) {
      const answers: string[] = [];
      for (const question of questions) {
        const form = new URLSearchParams({ query: textOf(question), time: String(at / 1000) });
        answers.push(answered(await (await fetch(`${url}/api/v1/query?${form}`)).json()));
      }
      return answers;
    },
    close: async () => {},
  };
}

const lanes = 16;

/** (b) The best shape for single queries: a pool of 16 connections that are never idle. */
export function overPool(url: string): Side {
  const pool = new Pool(url, { connections: lanes });
  return {
    name: 'a query each, pool of 16',
    async ask(questions, at) {
      const answers: string[] = [];
      const waiting = questions.entries();
      const lane = async () => {
        for (const [index, question] of waiting) {
          const { body } = await pool.request({
            ...{ path: '/api/v1/query', method: 'POST' },
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({ query: textOf(question), time: String(at / 1000) }).toString(),
          });
          answers[index] = answered(await body.json());
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      return answers;
    },
    close: () => pool.close(),
  };
}

/** (c) Ours: the metric source as the evaluator reads it, rendering, splitting and digests among it. */
export function ours(url: string): Side {
  const source = createPrometheus({ url });
  return {
    name: 'Lastgood, batched',
    async ask(questions, at) {
      const answers = await source.read(questions, at, new AbortController().signal);
      return answers.map(({ reading }) => (reading.kind === 'value' ? String(reading.value) : reading.kind));
    },
    close: source.close,
  };
}

function textOf({ template, variables }: Question): string {
  const rendered = render(template, variables);
  if (rendered.kind === 'refused') throw new Error(rendered.reason);
  return rendered.query;
}

function answered(body: unknown): string {
  const { result } = (body as { data: { result: { value: [number, string] }[] } }).data;
  const [first] = result;
  if (!first) return 'no-data';
  if (result.length > 1) return 'ambiguous';
  return first.value[1] === 'NaN' ? 'not-a-number' : String(Number(first.value[1]));
}
