import type { StatusDetails } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { SeenMark } from '../live/seen-mark.tsx';
import { useUnseenSince } from '../live/unseen-since.ts';
import { spokenDuration } from '../time/duration.ts';
import { Fact, Facts } from './facts.tsx';
import { formatBytes } from './format-bytes.ts';
import classes from './status.module.css';

const notKnown = 'not known';

/** How the evaluation of triggers went in the last hour. */
export function EvaluatorFacts({ evaluator, lastHour }: Pick<StatusDetails, 'evaluator' | 'lastHour'>) {
  const { slowestMs, judgedSlots, missedSlots } = lastHour;
  const isKnown = useUnseenSince() === null;
  return (
    <Facts title="Evaluator" sentence={isKnown ? evaluator.sentence : 'How it is now is not known.'}>
      <Fact name="Last slot">
        {evaluator.lastSlotAt ? (
          <>
            <Instant at={evaluator.lastSlotAt} as="clock" />
            {evaluator.lateMs !== null && `, ${spokenDuration(evaluator.lateMs / 1000)} late`}
          </>
        ) : (
          'none yet'
        )}
      </Fact>
      <Fact name="Judged in the last hour">
        {isKnown ? `${judgedSlots} ${judgedSlots === 1 ? 'slot' : 'slots'}` : notKnown}
      </Fact>
      <Fact name="Missed in the last hour">
        {!isKnown && notKnown}
        {isKnown && (missedSlots === 0 ? 'none' : `${missedSlots}: what was due then was not judged`)}
      </Fact>
      <Fact name="Slowest in the last hour">
        {!isKnown && notKnown}
        {isKnown && (slowestMs === null ? 'none yet' : `${spokenDuration(slowestMs / 1000)} late`)}
      </Fact>
    </Facts>
  );
}

export function QueueFacts({ queue }: Pick<StatusDetails, 'queue'>) {
  return (
    <Facts title="Queue" sentence={queueSentence(queue)}>
      <Fact name="Rollbacks carried">{queue.runningRuns}</Fact>
      <Fact name="Rollbacks waiting">
        {queue.queuedRuns}
        {queue.oldestQueuedAt && (
          <>
            , the oldest since <Instant at={queue.oldestQueuedAt} as="short" />
          </>
        )}
      </Fact>
      <Fact name="Messages not delivered">
        {queue.waitingNotifications}
        {queue.oldestWaitingAt && (
          <>
            , the oldest since <Instant at={queue.oldestWaitingAt} as="short" />
          </>
        )}
      </Fact>
      <Fact name="Given up in 24 hours">
        {queue.givenUpNotifications === 0 ? (
          'none'
        ) : (
          <Link to="/log?kind=notification&range=24h">{queue.givenUpNotifications}: see the log</Link>
        )}
      </Fact>
    </Facts>
  );
}

function queueSentence({
  queuedRuns,
  runningRuns,
  waitingNotifications: waiting,
}: StatusDetails['queue']): string {
  if (queuedRuns + runningRuns + waiting === 0) return 'Nothing waits.';
  const messages = waiting === 1 ? '1 message waits' : `${waiting} messages wait`;
  const runs = runningRuns + queuedRuns;
  const carried = runs === 1 ? '1 rollback is under way' : `${runs} rollbacks are under way`;
  return `${[runs > 0 ? carried : '', waiting > 0 ? messages : ''].filter(Boolean).join(', ')}.`;
}

export function Replicas({ replicas }: Pick<StatusDetails, 'replicas'>) {
  const alive = replicas.filter((one) => one.alive).length;
  const sentence =
    replicas.length === 0
      ? 'No replica has joined the others yet.'
      : `${alive} of ${replicas.length} ${replicas.length === 1 ? 'replica' : 'replicas'} in touch.`;
  return (
    <Facts title="Replicas" sentence={sentence}>
      {replicas.map(({ id, alive: lives, answers, startedAt, seenAt }) => (
        <Fact key={id} name={answers ? `${id} (this answer)` : id}>
          <SeenMark
            said={lives ? { meaning: 'quiet', word: 'In touch' } : { meaning: 'act', word: 'Not in touch' }}
          />{' '}
          <span className={classes.dim}>
            joined <Instant at={startedAt} as="short" />
            {seenAt && (
              <>
                , wrote <Instant at={seenAt} />
              </>
            )}
          </span>
        </Fact>
      ))}
    </Facts>
  );
}

export function Storage({ storage }: Pick<StatusDetails, 'storage'>) {
  const { databaseBytes, bytesYesterday, retentionDays, parts } = storage;
  const growth =
    bytesYesterday === null
      ? 'How much a day adds is known after the first whole day.'
      : `Yesterday added ${formatBytes(bytesYesterday)} of readings, so that ${retentionDays} days of them take about ${formatBytes(bytesYesterday * retentionDays)}.`;
  return (
    <Facts title="Storage" wide sentence={`The database has ${formatBytes(databaseBytes)}. ${growth}`}>
      {parts.map(({ name, bytes, keptDays, oldestDay }) => (
        <Fact key={name} name={name}>
          {formatBytes(bytes)}{' '}
          <span className={classes.dim}>
            {keptDays === null ? 'kept for good' : `kept ${keptDays} ${keptDays === 1 ? 'day' : 'days'}`}
            {oldestDay && `, from ${oldestDay} on`}
          </span>
        </Fact>
      ))}
    </Facts>
  );
}
