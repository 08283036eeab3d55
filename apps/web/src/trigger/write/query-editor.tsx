import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { Finding } from '@lastgood/api-client';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { toDiagnostics } from './diagnostics.ts';
import { editorTheme, highlighting } from './editor-theme.ts';
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
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const first = useRef(query);

  useEffect(() => {
    if (!box.current) return undefined;
    const promql = new PromQLExtension().activateLinter(false).setComplete({ remote: sourceNames(cluster) });
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: view.current?.state.doc ?? first.current,
        extensions: [
          promql.asExtension(),
          ...[history(), bracketMatching(), closeBrackets(), autocompletion()],
          // Tab goes on to the next field, as everywhere on the page.
          keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
          ...[EditorView.lineWrapping, editorTheme, syntaxHighlighting(highlighting)],
          EditorView.contentAttributes.of({ 'aria-label': 'Query', 'aria-multiline': 'true' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      promql.destroy();
      editor.destroy();
    };
  }, [cluster]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === query) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: query } });
  }, [query]);

  useEffect(() => {
    const editor = view.current;
    if (editor)
      editor.dispatch(setDiagnostics(editor.state, toDiagnostics(findings, editor.state.doc.length)));
  }, [findings]);

  return <div ref={box} />;
}
