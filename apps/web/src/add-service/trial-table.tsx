import type { ServiceTrial, TriedQuery } from '@lastgood/api-client';
import { Table } from '@mantine/core';
import { Instant } from '../clock/instant.tsx';
import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import classes from './add-service.module.css';

const said: Record<TriedQuery['result'], Said> = {
  answers: { meaning: 'done', word: 'Answers' },
  later: { meaning: 'quiet', word: 'Later' },
  nothing: { meaning: 'watch', word: 'Nothing' },
  refused: { meaning: 'act', word: 'Refused' },
  could_not_ask: { meaning: 'unknown', word: 'Not asked' },
};

/** What each trigger and check answers at this moment, and what to change where it does not. */
export function TrialTable({ trial }: { trial: ServiceTrial }) {
  const answering = trial.queries.filter(({ result }) => result === 'answers').length;
  return (
    <>
      <p aria-live="polite">
        {answering} of {trial.queries.length} queries answer, asked <Instant at={trial.at} />.{' '}
        {seriesWords(trial)}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key */}
      <section className={classes.scroll} tabIndex={0} aria-label="What the queries answer">
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Trigger or check</Table.Th>
              <Table.Th>Now</Table.Th>
              <Table.Th>What it says</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {trial.queries.map(({ trigger, of, result, text, advice, query }) => (
              <Table.Tr key={`${of} ${trigger}`}>
                <Table.Td>
                  {trigger}
                  {of === 'companion' && <span className={classes.dim}> companion</span>}
                </Table.Td>
                <Table.Td>
                  <MeaningMark said={said[result]} />
                </Table.Td>
                <Table.Td>
                  {text} {advice}
                  <details>
                    <summary>What was asked</summary>
                    <code className={classes.query}>{query}</code>
                  </details>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {trial.warnings.map((warning) => (
        <p key={warning} className={classes.dim}>
          {warning}
        </p>
      ))}
    </>
  );
}

function seriesWords({ series }: ServiceTrial): string {
  if (series.length === 0)
    return 'The metric source has no HTTP metrics under this name: neither http_requests_total nor http_request_duration_seconds.';
  const found = series.map(({ metric, label, value, count }) => `${metric}{${label}="${value}"} (${count})`);
  return `The source has ${found.join(', ')}.`;
}
