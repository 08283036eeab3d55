import type { ProofView } from '@lastgood/api-client';
import { useProofView } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import classes from './proof-evidence.module.css';

/** What the proof of a deployment rests on: slots, worst values, what was seen serving, checks. Asked for when it is opened. */
export function ProofEvidence({ deploymentId }: { deploymentId: string }) {
  const { data, error } = useProofView(deploymentId, { query: { staleTime: 15_000 } });
  if (data) return <Evidence view={data} />;
  return <p>{error ? `The proof cannot be shown: ${error.message}` : 'Looking up what it rests on…'}</p>;
}

function Evidence({ view }: { view: ProofView }) {
  const { window, served, templates, triggers, checks, runId } = view;
  return (
    <div className={classes.evidence}>
      <p className={classes.sentence}>{view.sentence}</p>
      {window && (
        <p className={classes.dim}>
          Watched from <Instant at={window.from} as="short" light /> to{' '}
          <Instant at={window.to} as="short" light />
          {served &&
            `; its own pods served in ${served.looks} of ${served.due} ${served.due === 1 ? 'look' : 'looks'}`}
          .
        </p>
      )}
      {triggers.length === 0 && <p>No trigger watched it.</p>}
      <ul className={classes.list}>
        {triggers.map((trigger) => (
          <li key={trigger.name}>
            <MeaningMark said={markOf(trigger)} />
            <span>
              <strong>{trigger.name}</strong> healthy in {trigger.healthy} of {trigger.expected}{' '}
              {trigger.expected === 1 ? 'slot' : 'slots'}
              {trigger.worst ? (
                <>
                  , worst {trigger.worst.text} <Instant at={trigger.worst.at} as="clock" light />
                </>
              ) : (
                ', no value is kept'
              )}
              , fires {trigger.limit}
              {!trigger.decides && '; it does not decide'}
            </span>
          </li>
        ))}
      </ul>
      {checks.length > 0 && (
        <ul className={classes.list} aria-label="Checks of its rollback">
          {checks.map((check) => (
            <li key={check.name}>
              <MeaningMark
                said={check.verdict === 'passed' ? passed : { meaning: 'unknown', word: 'Not passed' }}
              />
              <span>
                <strong>{check.name}</strong> {check.actual ?? 'not seen'}, expected {check.expected}
              </span>
            </li>
          ))}
        </ul>
      )}
      {runId && <Link to={`/runs/${runId}`}>The rollback that it is</Link>}
      {templates.length > 0 && (
        <details className={classes.dim}>
          <summary>The template seen serving</summary>
          {templates.map(({ workload, digest, images }) => (
            <p key={workload}>
              {workload}: <code>{images.join(', ')}</code> <code>{digest}</code>
            </p>
          ))}
        </details>
      )}
    </div>
  );
}

const passed: Said = { meaning: 'done', word: 'Passed' };

/** The share is the server's to judge; here only what is plainly seen. */
function markOf({ fired, healthy, expected }: ProofView['triggers'][number]): Said {
  if (fired) return { meaning: 'act', word: 'Fired' };
  if (expected > 0 && healthy >= expected) return { meaning: 'done', word: 'Healthy' };
  return healthy === 0 ? { meaning: 'unknown', word: 'Not seen' } : { meaning: 'quiet', word: 'In part' };
}
