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
import { answerJson, type Terminal } from '../command-line/terminal.ts';
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
All files are read before anything is sent; trigger sets go first. What is refused is said, the rest is still applied, and
the exit code is 1. Applying the same again changes nothing.`,
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const files = someWords(words, 'FILE');
    const declarations = (await Promise.all(files.map(readDeclarationFile))).flat();
    if (declarations.length === 0) throw new UsageError(`${files.join(', ')}: nothing is declared there`);
    const sets = declarations.filter(({ kind }) => kind === 'TriggerSet');
    const services = declarations.filter(({ kind }) => kind === 'Service');
    const applied: (ServiceView | TriggerSet)[] = [];
    for (const declaration of [...sets, ...services]) {
      const view = await apply(declaration, terminal);
      if (view === null) continue;
      applied.push(view);
      for (const warning of view.warnings) terminal.say(`${declaration.place}: warning: ${warning}`);
      const taken = 'baseline' in view && view.baseline ? `: ${view.baseline}` : '';
      if (!json) terminal.answer(`${declaration.kind} ${declaration.name} applied${taken}`);
    }
    if (json) answerJson(terminal, applied);
    return applied.length === declarations.length ? exitCodes.ok : exitCodes.no;
  },
});

/** Null when the server refused it; its words are said. That it cannot answer at all ends the command. */
async function apply(declaration: Declaration, terminal: Terminal): Promise<ServiceView | TriggerSet | null> {
  try {
    return await keepAsking(terminal, () => put(declaration));
  } catch (error) {
    const fault = faultOf(error);
    if (!(error instanceof ApiError) || fault?.code !== exitCodes.no) throw error;
    const [first, ...more] = fault.lines;
    terminal.say(`${declaration.place}: ${declaration.kind} ${declaration.name}: ${first}`);
    for (const line of more) terminal.say(line);
    return null;
  }
}

function put(declaration: Declaration): Promise<ServiceView | TriggerSet> {
  return declaration.kind === 'Service'
    ? applyService(...servicePath(declaration.name), declaration.input, limited())
    : applyTriggerSet(pathPart(declaration.name), declaration.input, limited());
}
