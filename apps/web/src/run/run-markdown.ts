import type { CheckView, RunStepView, RunView } from '@lastgood/api-client';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { spokenDuration } from '../time/duration.ts';
import { othersOf } from './group-members.ts';
import { interruptions } from './interruptions.ts';
import { markdown, markdownLink, type Text } from './markdown.ts';
import { isFine } from './merge-timelines.ts';
import { moveName, releaseTitle } from './release-names.ts';

/**
 * The incident record as Markdown, readable in a review a week later. All times in UTC. Whatever the view says is shown as
 * it is: no name, reason or answer of somebody else makes a link, a heading or a line of its own.
 *
 * @param strip the incident as SVG text without blank lines, which would end its block
 */
export function runMarkdown(view: RunView, url: string, strip?: string): string {
  const { run } = view;
  return [
    markdown`# Rollback of ${run.serviceName}: ${moveName(run.from, run.target)}`,
    '',
    markdown`${sentenceCase(run.sentence)}`,
    '',
    markdown`- Service: ${run.service}`,
    markdown`- From: ${release(run.from)}`,
    markdown`- To: ${release(run.target)}`,
    ...othersOf(run, run.service).map(
      (other) => markdown`- Together with: ${other.service}, ${moveName(other.from, other.target)}`,
    ),
    markdown`- Asked for by: ${run.requester.name}${run.requester.kind === 'person' ? '' : ` (${run.requester.kind})`} at ${utc(run.createdAt)}`,
    markdown`- Started: ${run.startedAt ? utc(run.startedAt) : 'not started'}`,
    markdown`- Finished: ${run.finishedAt ? utc(run.finishedAt) : 'not finished'}`,
    markdown`- Took: ${tookWords(run)}`,
    `- Record: ${markdownLink(url)}`,
    '',
    ...section('Incident (UTC)', strip ? [strip] : []),
    ...section('Reason', [markdown`${run.reason}`]),
    ...section('Decision', view.decisionSentence ? [markdown`${view.decisionSentence}`] : []),
    ...section(
      'Evidence',
      view.evidence.map(({ trigger, phase, text }) => markdown`- ${trigger} (${phase}): ${text}`),
    ),
    ...section('Stopped', stopLines(run.stop)),
    ...section('What goes back', view.parts?.sentence ? [markdown`${view.parts.sentence}`] : []),
    ...section('Steps', view.steps.map(stepLine)),
    ...section(
      'Warnings',
      view.warnings.map((warning) => markdown`- ${warning}`),
    ),
    ...section('Verification', checkTable(view.checks)),
    ...section(
      'Afterwards',
      view.putBack ? [markdown`${[view.putBack.words, view.putBack.advice].filter(Boolean).join(' ')}`] : [],
    ),
    ...section('Timeline (UTC)', [
      ...(view.earlier === null ? [] : ['- Older events are not in this record.']),
      ...view.timeline
        .filter((event) => !isFine(event))
        .map(({ at, text }) => markdown`- ${utc(at)} ${text}`),
    ]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function tookWords(run: RunView['run']): string {
  if (run.workedSeconds === null) return 'not known yet';
  return [spokenDuration(run.workedSeconds), interruptions(run)].filter(Boolean).join(', ');
}

const release = (of: RunView['run']['from']): string => `${releaseTitle(of)}, ${of.proof.replace('_', ' ')}`;

const utc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)}`;

function stopLines(stop: RunView['run']['stop']): string[] {
  if (!stop) return [];
  return [
    markdown`- Why: ${stop.reason}`,
    markdown`- Left behind: ${stop.endState}`,
    markdown`- Next: ${stop.advice}`,
  ];
}

function stepLine({ ordinal, title, status, elapsedSeconds, note }: RunStepView): string {
  const took = elapsedSeconds === null ? '' : ` (${spokenDuration(elapsedSeconds)})`;
  const line = `${ordinal + 1}. ${markdown`${title}: ${status}`}${took}`;
  return note ? `${line}: ${markdown`${note}`}` : line;
}

function checkTable(checks: readonly CheckView[]): string[] {
  if (checks.length === 0) return [];
  return [
    '| check | verdict | expected | actual | in a row |',
    '|---|---|---|---|---|',
    ...checks.map(({ name, verdict, expected, actual, passesInARow, passesNeeded }) =>
      row([
        name,
        verdict.replaceAll('_', ' '),
        expected,
        actual ?? 'not seen',
        `${passesInARow} of ${passesNeeded}`,
      ]),
    ),
  ];
}

const row = (cells: readonly Text[]): string => `| ${cells.map((cell) => markdown`${cell}`).join(' | ')} |`;
