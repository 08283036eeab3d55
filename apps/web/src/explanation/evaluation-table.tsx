import type { ExplainedEvaluation, ExplainedTrigger } from '@lastgood/api-client';
import { Table } from '@mantine/core';
import { Fragment } from 'react';
import { Instant } from '../clock/instant.tsx';
import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { clockTime } from '../time/duration.ts';
import classes from './explanation.module.css';

const said = {
  breach: { meaning: 'watch', word: 'Breach' },
  healthy: { meaning: 'done', word: 'Healthy' },
  nothing: { meaning: 'unknown', word: 'Says nothing' },
} satisfies Record<ExplainedEvaluation['said'], Said>;

const phases = {
  unknown: { meaning: 'unknown', word: 'Unknown' },
  inactive: { meaning: 'quiet', word: 'Inactive' },
  pending: { meaning: 'watch', word: 'Pending' },
  firing: { meaning: 'act', word: 'Firing' },
} satisfies Record<ExplainedEvaluation['phase'], Said>;

/** How a trigger came to fire: each slot with what was asked, answered and concluded. */
export function EvaluationTable({ of }: { of: ExplainedTrigger }) {
  const { trigger, decides, limit, neededSeconds, queries, evaluations, folded } = of;
  // One whose second window does the holding fires at its first breach.
  const needed = neededSeconds > 0 ? clockTime(neededSeconds) : null;
  return (
    <>
      <h2>
        {trigger}{' '}
        <span className={classes.dim}>
          fires at {limit} {needed === null ? 'at once' : `for ${needed}`}
          {decides ? '; the decision is about it' : '; it fired beside it'}
        </span>
      </h2>
      <details>
        <summary>What it asks</summary>
        {queries.map(({ part, template }) => (
          <pre key={part} className={classes.query}>
            {template}
          </pre>
        ))}
      </details>
      <div className={classes.scroll}>
        <Table className={classes.table} verticalSpacing="xs" horizontalSpacing="xs">
          <caption className={classes.caption}>From the first breach to the decision</caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Slot</Table.Th>
              <Table.Th>Answered</Table.Th>
              <Table.Th>That says</Table.Th>
              <Table.Th>Stands</Table.Th>
              <Table.Th>Held</Table.Th>
              <Table.Th>Asked</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {evaluations.map((one, index) => (
              <Fragment key={one.slot}>
                {folded && folded.after === index && (
                  <Table.Tr className={classes.folded}>
                    <Table.Td colSpan={6}>{folded.sentence}</Table.Td>
                  </Table.Tr>
                )}
                <EvaluationRow one={one} needed={needed} />
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}

function EvaluationRow({ one, needed }: { one: ExplainedEvaluation; needed: string | null }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <Instant at={one.slot} as="clock" light />
      </Table.Th>
      <Table.Td data-column="Answered">
        {one.reading}
        {one.parts.map(({ name, reading }) => (
          <span key={name} className={classes.part}>
            {name}: {reading}
          </span>
        ))}
        {one.samples !== null && <span className={classes.part}>samples: {one.samples}</span>}
      </Table.Td>
      <Table.Td data-column="That says">
        <MeaningMark said={said[one.said]} />
      </Table.Td>
      <Table.Td data-column="Stands">
        <MeaningMark said={phases[one.phase]} />
        {one.differs !== null && <span className={classes.differs}>was stored as {one.differs}</span>}
      </Table.Td>
      <Table.Td data-column="Held">
        {needed === null ? 'no hold' : `${clockTime(one.heldSeconds)} of ${needed}`}
      </Table.Td>
      <Table.Td data-column="Asked">
        <Asked asked={one.asked} />
      </Table.Td>
    </Table.Tr>
  );
}

/** The query as it was sent, and the digest of its answer. */
function Asked({ asked }: Pick<ExplainedEvaluation, 'asked'>) {
  if (asked.length === 0) return <span className={classes.dim}>only the answer is kept</span>;
  return asked.map(({ part, query, isWhole, answerDigest }) => (
    <details key={part}>
      <summary>
        {part}, <span className={classes.dim}>{answerDigest?.slice(0, 15) ?? 'no answer'}</span>
      </summary>
      <pre className={classes.query}>
        {query}
        {!isWhole && '…'}
      </pre>
      {answerDigest !== null && <p className={classes.digest}>{answerDigest}</p>}
    </details>
  ));
}
