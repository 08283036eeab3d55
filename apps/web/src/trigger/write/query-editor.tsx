import type { Finding } from '@lastgood/api-client';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useMemo } from 'react';
import { CodeEditor } from '../../editor/code-editor.tsx';
import { toDiagnostics } from './diagnostics.ts';
import { sourceNames } from './source-names.ts';

export interface QueryEditorProps {
  query: string;
  onChange: (query: string) => void;
  /** Of this very query. */
  findings: readonly Finding[];
  /** Whose metric source completes. */
  cluster: string | undefined;
}

/** A query to be written: highlighted, completed from what the source has, with what is found of it at its place. */
export default function QueryEditor({ query, onChange, findings, cluster }: QueryEditorProps) {
  // What completes it holds nothing that would have to be closed.
  const language = useMemo(
    () =>
      new PromQLExtension()
        .activateLinter(false)
        .setComplete({ remote: sourceNames(cluster) })
        .asExtension(),
    [cluster],
  );
  const marks = useMemo(() => toDiagnostics(findings, query.length), [findings, query.length]);
  return <CodeEditor label="Query" text={query} onChange={onChange} marks={marks} language={language} />;
}
