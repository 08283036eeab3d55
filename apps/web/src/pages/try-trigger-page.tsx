import { NativeSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { allServices } from '../service/all-services.ts';
import { CopyText } from '../shell/copy-text.tsx';
import { lazyPart } from '../shell/lazy-part.tsx';
import { PartLoading } from '../shell/part-note.tsx';
import { Refused } from '../shell/refused.tsx';
import { useTitle } from '../shell/use-title.ts';
import { draftOf, firstDraft, handedOver, handOver, inYaml, mended } from '../trigger/write/draft.ts';
import { DraftFields } from '../trigger/write/draft-fields.tsx';
import { FindingList } from '../trigger/write/finding-list.tsx';
import { useLint } from '../trigger/write/use-lint.ts';
import classes from '../trigger/write/write.module.css';

/** Large, and wanted by nobody who does not write a query. */
const { Part: QueryEditor } = lazyPart('the editor', () => import('../trigger/write/query-editor.tsx'));

/** A trigger written, judged while it is written, and taken along as a declaration. Nothing is saved here. */
export function TryTriggerPage() {
  useTitle('Try a trigger');
  const [draft, setDraft] = useState(draftOf(handedOver(useLocation().state)) ?? firstDraft);
  const services = useQuery(allServices());
  const [chosen, choose] = useState<string | null>(null);
  const keys = services.data?.map(({ key }) => key) ?? [];
  const service = chosen ?? keys[0];
  const [settled] = useDebouncedValue(draft, 500);
  const lint = useLint(settled, service);
  const isOfThis = settled.query === draft.query && !lint.isPlaceholderData;
  const isWritten = draft.query.trim() !== '';
  const findings = (lint.data?.findings ?? []).filter(({ path }) => path !== '' && isOfThis);
  return (
    <div className={classes.page}>
      <h1>Try a trigger</h1>
      <p className={classes.dim}>
        Nothing is saved here. Copy the declaration into the file that <code>lastgood apply</code> reads; an
        alert rule's expression can be pasted as it is, and{' '}
        <Link to="/triggers/import">a whole rule file imported</Link>.
      </p>
      <section className={classes.card} aria-labelledby="query">
        <h2 id="query">1. Write what it asks</h2>
        <NativeSelect
          label="With the names of"
          description="Placeholders such as $SERVICE are filled in with them."
          data={keys}
          value={service ?? ''}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
        <span className={classes.label} aria-hidden>
          Query
        </span>
        <Suspense fallback={<PartLoading name="the editor" />}>
          <QueryEditor
            query={draft.query}
            onChange={(query) => setDraft((before) => ({ ...before, query }))}
            findings={findings.filter(({ path }) => path === '/triggers/0/query')}
            cluster={service?.split('/')[0]}
          />
        </Suspense>
        <DraftFields draft={draft} onChange={setDraft} />
      </section>
      <section className={classes.card} aria-labelledby="findings">
        <h2 id="findings">2. See what is found of it</h2>
        <div role="status">
          {isWritten ? null : <p>Write a query: what is found of it stands here.</p>}
          {isWritten && lint.error && !lint.data ? <Refused error={lint.error} /> : null}
          {isWritten && lint.data && isOfThis ? (
            <FindingList
              findings={findings}
              onFix={(finding) => setDraft((before) => mended(before, finding))}
            />
          ) : null}
          {isWritten && (!isOfThis || lint.isLoading) ? <p>Asking the metric source…</p> : null}
        </div>
      </section>
      <section className={classes.card} aria-labelledby="declaration">
        <h2 id="declaration">3. Take it along</h2>
        <CopyText text={inYaml(draft)} label="Copy the declaration" />
        <p>
          Before it is trusted:{' '}
          <Link to="/triggers/backtest" state={handOver(draft)}>
            backtest it on past deployments
          </Link>
          .
        </p>
      </section>
    </div>
  );
}
