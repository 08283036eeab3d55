import {
  type NowView,
  nowView,
  type ReleaseRef,
  type ServiceView,
  serviceView,
  type WatchRow,
} from '@lastgood/api-client';
import { askOnce, limited } from '../asking/keep-asking.ts';
import { defineCommand, jsonOption } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-code.ts';
import { releaseWords } from '../command-line/release-words.ts';
import { servicePath } from '../command-line/service-key.ts';
import { answerJson } from '../command-line/terminal.ts';
import { optionalWord } from '../command-line/words.ts';

export const statusCommand = defineCommand({
  name: 'status',
  usage: '[SERVICE]',
  summary: 'Say how everything, or one service, stands',
  details: 'SERVICE is cluster/namespace/name. It is asked once: an answer that is away is an answer too.',
  options: { json: jsonOption },
  async run({ json }, words, terminal) {
    const service = optionalWord(words, 'SERVICE');
    const view = await askOnce(
      terminal,
      (): Promise<NowView | ServiceView> =>
        service === null ? nowView(limited()) : serviceView(...servicePath(service), limited()),
    );
    if (json) answerJson(terminal, view);
    else for (const line of 'summary' in view ? serviceLines(view) : nowLines(view)) terminal.answer(line);
    return exitCodes.ok;
  },
});

function nowLines({ fleet, status, runs, attention, watched, more, services }: NowView): string[] {
  return [
    fleet.title,
    `Lastgood ${status.version}${status.sandbox ? ' (sandbox)' : ''}: ${status.evaluator.sentence}`,
    ...status.sources
      .filter(({ up }) => !up)
      .map(({ title, name, reason }) => `down: ${title} ${name}${reason ? `: ${reason}` : ''}`),
    ...status.sources.flatMap(({ missingRights }) => missingRights.map((text) => `warning: ${text}`)),
    ...status.sources
      .filter(({ up, note }) => up && note !== null)
      .map(({ title, name, note }) => `limited: ${title} ${name}: ${note}`),
    ...runs.map(({ run }) => `rollback  ${run.service}  ${run.sentence}  ${run.id}`),
    ...fleet.groups.map(({ sentence }) => `together  ${sentence}`),
    ...[...attention, ...watched].map(watchLine),
    ...(more.runs > 0 ? [`${more.runs} more ${more.runs === 1 ? 'rollback' : 'rollbacks'}`] : []),
    ...(more.watched > 0
      ? [
          `${more.watched} more ${more.watched === 1 ? 'service' : 'services'}; those that stand worst are above`,
        ]
      : []),
    [
      `${services} ${services === 1 ? 'service' : 'services'}`,
      fleet.counts.map(({ text }) => text).join(', '),
    ]
      .filter(Boolean)
      .join(': '),
  ];
}

function watchLine(row: WatchRow): string {
  const { state, sentence } = row.standing;
  return `${state.replace('_', ' ')}  ${row.service}  ${releaseWords(row)}  ${sentence}  ${row.deploymentId}`;
}

function serviceLines({ summary, holds, drills, warnings }: ServiceView): string[] {
  return [
    `${summary.key} (${summary.environment}, ${summary.strategy}): ${summary.standing.state.replace('_', ' ')}`,
    summary.standing.sentence,
    `current:         ${refWords(summary.current, summary)}`,
    `last known good: ${refWords(summary.lastKnownGood, summary)}`,
    `practised last:  ${drills.words.last}`,
    ...(drills.state === 'undeclared' ? [] : [`practice:        ${drills.words.due}`]),
    ...(drills.state === 'overdue' ? [`                 ${drills.words.how}`] : []),
    ...holds.map((hold) => `held: ${hold.reason}  hold ${hold.id}`),
    ...(summary.trouble === null ? [] : [`cannot see: ${summary.trouble}`]),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}

const inBreach: ReadonlySet<string> = new Set(['pending', 'firing', 'acknowledged']);

/** What serves and breaches was verified: it does not stand as that beside *firing*. */
function refWords(ref: ReleaseRef | null, { current, standing }: ServiceView['summary']): string {
  if (ref === null) return 'none';
  const isWithdrawn =
    ref.proof === 'verified' && ref.deploymentId === current?.deploymentId && inBreach.has(standing.state);
  const proof = isWithdrawn ? 'was verified, breaches' : ref.proof.replace('_', ' ');
  return `${releaseWords(ref)}, ${proof}  ${ref.deploymentId}`;
}
