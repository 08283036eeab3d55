import type { CheckView } from '@lastgood/api-client';
import { Table } from '@mantine/core';
import { Instant } from '../clock/instant.tsx';
import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import classes from './check-table.module.css';

const verdicts = {
  pending: { meaning: 'quiet', word: 'Pending' },
  passed: { meaning: 'done', word: 'Passed' },
  failed: { meaning: 'act', word: 'Failed' },
  could_not_ask: { meaning: 'unknown', word: 'Could not ask' },
  nothing_serves: { meaning: 'unknown', word: 'Nothing serves' },
} satisfies Record<CheckView['verdict'], Said>;

/** Verification: what each check expects, what it saw, how many passes in a row it has of those it needs. */
export function CheckTable({ checks }: { checks: readonly CheckView[] }) {
  if (checks.length === 0) return <p className={classes.empty}>Verification has not begun.</p>;
  return (
    <div className={classes.scroll}>
      <Table className={classes.table} verticalSpacing="xs" horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Check</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th>Expected</Table.Th>
            <Table.Th>Actual</Table.Th>
            <Table.Th>In a row</Table.Th>
            <Table.Th>Last seen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {checks.map((check) => (
            <CheckRow key={check.name} check={check} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function CheckRow({ check }: { check: CheckView }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {check.name}
        <span className={classes.dim}> {check.type}</span>
      </Table.Th>
      <Table.Td data-column="verdict">
        <MeaningMark said={verdicts[check.verdict]} />
      </Table.Td>
      <Table.Td data-column="Expected">{check.expected}</Table.Td>
      <Table.Td data-column="Actual">
        {check.actual ?? <span className={classes.dim}>not seen</span>}
        {check.reason && <span className={classes.reason}>{check.reason}</span>}
      </Table.Td>
      <Table.Td data-column="In a row">
        {check.passesInARow} of {check.passesNeeded}
      </Table.Td>
      <Table.Td data-column="Last seen">
        {check.lastAttemptAt ? (
          <Instant at={check.lastAttemptAt} />
        ) : (
          <span className={classes.dim}>never</span>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
