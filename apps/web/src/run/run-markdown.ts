import type { CheckView, RunStepView, RunView } from '@lastgood/api-client';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { spokenDuration } from '../time/duration.ts';
import { othersOf } from './group-members.ts';
import { isFine } from './merge-timelines.ts';

/** The incident record as Markdown, readable in a review a week later. All times in UTC. */
export function runMarkdown(view: RunView, url: string): string {
  const { run } = view;
  return [
    `# Rollback of ${run.serviceName}: ${run.from.release} → ${run.target.release}`,
    '',
    sentenceCase(run.sentence),
    '',
    `- Service: ${run.service}`,
    `- From: ${release(run.from)}`,
    `- To: ${release(run.target)}`,
    ...othersOf(run, run.service).map(
      (other) => `- Together with: ${other.service}, ${other.from.release} → ${other.target.release}`,
    ),
    `- Asked for by: ${run.requester.name} (${run.requester.kind}) at ${utc(run.createdAt)}`,
    `- Started: ${run.startedAt ? utc(run.startedAt) : 'not started'}`,
    `- Finished: ${run.finishedAt ? utc(run.finishedAt) : 'not finished'}`,
    `- Took: ${run.durationSeconds === null ? 'not known yet' : spokenDuration(run.durationSeconds)}`,
    `- Record: ${url}`,
    '',
    ...section('Reason', [run.reason]),
    ...section('Decision', view.decisionSentence ? [view.decisionSentence] : []),
    ...section(
      'Evidence',
      view.evidence.map(({ trigger, phase, text }) => `- ${trigger} (${phase}): ${text}`),
    ),
    ...section('Stopped', stopLines(run.stop)),
    ...section('Steps', view.steps.map(stepLine)),
    ...section(
      'Warnings',
      view.warnings.map((warning) => `- ${warning}`),
    ),
    ...section('Verification', checkTable(view.checks)),
    ...section(
      'Timeline (UTC)',
      view.timeline.filter((event) => !isFine(event)).map((event) => `- ${utc(event.at)} ${event.text}`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

const release = ({ release: number, version, proof }: RunView['run']['from']): string =>
  `release ${number}${version ? `, version ${version}` : ''}, ${proof.replace('_', ' ')}`;

const utc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)}`;

function stopLines(stop: RunView['run']['stop']): string[] {
  if (!stop) return [];
  return [`- Why: ${stop.reason}`, `- Left behind: ${stop.endState}`, `- Next: ${stop.advice}`];
}

function stepLine(step: RunStepView): string {
  const took = step.elapsedSeconds === null ? '' : ` (${spokenDuration(step.elapsedSeconds)})`;
  const note = step.note ? `: ${step.note}` : '';
  return `${step.ordinal + 1}. ${step.title}: ${step.status}${took}${note}`;
}

function checkTable(checks: readonly CheckView[]): string[] {
  if (checks.length === 0) return [];
  return [
    '| check | verdict | expected | actual | in a row |',
    '|---|---|---|---|---|',
    ...checks.map(
      (check) =>
        `| ${[check.name, check.verdict.replaceAll('_', ' '), check.expected, check.actual ?? 'not seen', `${check.passesInARow} of ${check.passesNeeded}`].map(cell).join(' | ')} |`,
    ),
  ];
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
