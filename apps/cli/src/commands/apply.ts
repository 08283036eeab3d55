import {
  ApiError,
  applyService,
  applyTriggerSet,
  type ServiceView,
  type TriggerSet,
} from '@lastgood/api-client';
import { faultOf } from '../asking/fault.ts';
import { keepAsking, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { servicePath } from '../command-line/service-key.ts';
import { answerJson } from '../command-line/terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { pathPart, someWords } from '../command-line/words.ts';
import { type Declaration, readDeclarationFile } from './declarations.ts';

export const applyCommand = defineCommand({
  name: 'apply',
  usage: 'FILE...',
  summary: 'Declare services and trigger sets from YAML or JSON files',
  details: `FILE may be - for standard input, and may hold several documents:
  kind: Service            # or TriggerSet
  name: prod/shop/web      # of a trigger set: its name
  strategy: rolling        # the other members as PUT /api/v1/services/... takes them
All files are read before anything is sent; trigger sets go first, and one that is refused is tried once more after the services:
it may be waited for that they override other triggers. What is refused is said, the rest is still applied, and the exit code is
1. Applying the same again changes nothing. --leave-overrides applies a set though services override what it has no more.`,
  options: {
    'leave-overrides': { type: 'boolean', says: 'let overrides of services that fit no more do nothing' },
    json: jsonOption,
  },
  async run({ 'leave-overrides': leave, json }, words, terminal) {
    const files = someWords(words, 'FILE');
    const declarations = (await Promise.all(files.map(readDeclarationFile))).flat();
    if (declarations.length === 0) throw new UsageError(`${files.join(', ')}: nothing is declared there`);
    const sets = declarations.filter(({ kind }) => kind === 'TriggerSet');
    const services = declarations.filter(({ kind }) => kind === 'Service');
    const applied: (ServiceView | TriggerSet)[] = [];
    const put = (one: Declaration) => keepAsking(terminal, () => putDeclared(one, leave ?? false));
    const tell = (declaration: Declaration, answer: Answer) => {
      for (const line of linesOf(declaration, answer)) terminal.say(line);
      if ('refused' in answer) return;
      applied.push(answer);
      const taken = 'baseline' in answer && answer.baseline ? `: ${answer.baseline}` : '';
      if (!json) terminal.answer(`${declaration.kind} ${declaration.name} applied${taken}`);
    };
    const waiting: Declaration[] = [];
    for (const set of sets) {
      const answer = await answerOf(() => put(set));
      if ('refused' in answer && services.length > 0) waiting.push(set);
      else tell(set, answer);
    }
    for (const one of [...services, ...waiting]) tell(one, await answerOf(() => put(one)));
    if (json) answerJson(terminal, applied);
    return applied.length === declarations.length ? exitCodes.ok : exitCodes.no;
  },
});

type Answer = ServiceView | TriggerSet | { refused: string[] };

/** What the server says, also where it refuses. That it cannot answer at all ends the command. */
async function answerOf(put: () => Promise<ServiceView | TriggerSet>): Promise<Answer> {
  try {
    return await put();
  } catch (error) {
    const fault = faultOf(error);
    if (!(error instanceof ApiError) || fault?.code !== exitCodes.no) throw error;
    return { refused: [...fault.lines] };
  }
}

function linesOf({ place, kind, name }: Declaration, answer: Answer): string[] {
  if (!('refused' in answer)) return answer.warnings.map((warning) => `${place}: warning: ${warning}`);
  const [first, ...more] = answer.refused;
  return [`${place}: ${kind} ${name}: ${first}`, ...more];
}

function putDeclared(declaration: Declaration, leave: boolean): Promise<ServiceView | TriggerSet> {
  if (declaration.kind === 'Service')
    return applyService(...servicePath(declaration.name), declaration.input, limited());
  const params = leave ? ({ overrides: 'leave' } as const) : undefined;
  return applyTriggerSet(pathPart(declaration.name), declaration.input, params, limited());
}
