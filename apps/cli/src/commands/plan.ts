import { given, type Plan, type PlanPreview, planPreview } from '@lastgood/api-client';
import { askOnce, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { answerJson } from '../command-line/terminal.ts';
import { oneWord, pathPart } from '../command-line/words.ts';

export const planCommand = defineCommand({
  name: 'plan',
  usage: 'ID [--to ID] [--with-dependents] [--accepting NAME]... [--including NAME]... [--removing NAME]...',
  summary: 'Say what a rollback would do, and do nothing',
  details: `What really goes back and what does not comes first, then the steps. Exit code 1 where it would be refused; what it
would lose is listed by the names that --accepting takes, what was seen and not registered by those that --including takes, what
only the release created by those that --removing takes.`,
  options: {
    to: { type: 'string', value: 'ID', says: 'the deployment to return to; default: the last known good' },
    'with-dependents': {
      type: 'boolean',
      says: 'together with whoever would not work with the release it returns to',
    },
    accepting: { type: 'string', multiple: true, value: 'NAME', says: 'what may be lost; may be repeated' },
    including: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      says: 'what goes back as well although it was not registered; may be repeated',
    },
    removing: {
      type: 'string',
      multiple: true,
      value: 'KIND/NAME',
      says: 'what the release created and is to go; may be repeated',
    },
    json: jsonOption,
  },
  async run({ to, accepting, including, removing, json, ...group }, words, terminal) {
    const id = pathPart(oneWord(words, 'ID'));
    const asked = given({
      target: to,
      accepting,
      including,
      removing,
      group: group['with-dependents'] ? ('with-dependents' as const) : undefined,
    });
    const preview = await askOnce(terminal, () => planPreview(id, asked, limited()));
    if (json) answerJson(terminal, preview);
    else for (const line of linesOf(preview)) terminal.answer(line);
    for (const { reason, advice } of preview.refusals) terminal.say(`${reason} ${advice}`);
    for (const warning of preview.plan?.warnings ?? []) terminal.say(warning);
    return preview.plan ? exitCodes.ok : exitCodes.no;
  },
});

function linesOf({ plan, losses, unregistered }: PlanPreview): string[] {
  if (!plan)
    return [
      ...losses.map(({ name, text }) => `would be lost  ${name}  ${text}`),
      ...unregistered.map(({ name, text }) => `changed since  ${name}  ${text}`),
    ];
  const { sentence, stacks, commits } = plan.parts;
  const created = plan.createdObjects.filter(({ refusal }) => refusal === null);
  return [
    ...(sentence === null ? [] : [sentence]),
    ...plan.steps.map(({ title }, place) => `${place + 1}. ${title}`),
    ...created.map(({ name, words }) => `created  ${name}  ${words}`),
    ...stacks.flatMap(stackLines),
    ...commits.flatMap(({ commits: undone }) =>
      undone.map(
        ({ id, subject, author }) => `undoes  ${id}  ${subject}${author === null ? '' : `  ${author}`}`,
      ),
    ),
  ];
}

function stackLines({ stack, changes, more }: Plan['parts']['stacks'][number]): string[] {
  const lines = changes.map(({ address, action, keepsData }) => {
    const lost = keepsData && (action === 'destroy' || action === 'replace') ? '  loses its data' : '';
    return `${action}  ${address}${lost}`;
  });
  return more > 0 ? [...lines, `${more} more changes of stack ${stack} are not listed`] : lines;
}
