import type { Question } from '@lastgood/domain/trigger/question';
import { nextTurn } from '../../next-turn.ts';
import { lookBackMs } from './look-back.ts';
import { readTemplate, type Template, type UnreadableTemplate } from './read-template.ts';
import { type Rendered, renderTemplate, type Variables } from './render.ts';

/** One query and the questions (by index) that its answer answers. */
export interface Ask {
  query: string;
  /** What it was made of. */
  template: Template;
  variables: Variables;
  questions: number[];
  /** How far into the past it looks. */
  looksBackMs: number;
}

/** A question that cannot be sent. */
export interface Unasked {
  question: number;
  reason: string;
}

/** How long questions are read before others have their turn. */
const sliceMs = 3;

/**
 * Which queries answer a list of questions. Equal queries are asked once; those that differ only in names are asked together after
 * that (batch/). Thousands of questions are read in slices, so that nobody waits for all of them.
 */
export async function planAsks(
  questions: readonly Question[],
  lookbackDeltaMs: number,
): Promise<{ asks: Ask[]; unasked: Unasked[] }> {
  const templates = new Map<string, Template | UnreadableTemplate>();
  const looksBack = new Map<Template, number>();
  const asks = new Map<string, Ask>();
  const unasked: Unasked[] = [];
  let turnBegan = Number.NEGATIVE_INFINITY;
  for (const [index, question] of questions.entries()) {
    if (performance.now() - turnBegan > sliceMs) {
      await nextTurn();
      turnBegan = performance.now();
    }
    const template = templates.get(question.template) ?? readTemplate(question.template);
    templates.set(question.template, template);
    const rendered: Rendered = renderTemplate(template, question.variables);
    if (rendered.kind === 'refused') {
      unasked.push({ question: index, reason: rendered.reason });
      continue;
    }
    const ask = asks.get(rendered.query);
    if (ask) ask.questions.push(index);
    else if (template.kind === 'template') {
      const looksBackMs =
        looksBack.get(template) ?? lookBackMs(template.text, template.tree, lookbackDeltaMs);
      looksBack.set(template, looksBackMs);
      asks.set(rendered.query, {
        query: rendered.query,
        template,
        variables: question.variables,
        questions: [index],
        looksBackMs,
      });
    }
  }
  return { asks: [...asks.values()], unasked };
}
