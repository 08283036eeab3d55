import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorTheme, highlighting } from './editor-theme.ts';

interface CodeEditorProps {
  /** What it is called for ears. */
  label: string;
  text: string;
  onChange: (text: string) => void;
  /** Of this very text. */
  marks: readonly Diagnostic[];
  /** The same object while nothing about it changes: with another one the editor is made anew. */
  language: Extension;
}

/** Text in a language: highlighted, with what is found of it at its place. Every editor of the dashboard is this one. */
export function CodeEditor({ label, text, onChange, marks, language }: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const first = useRef(text);

  useEffect(() => {
    if (!box.current) return undefined;
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: view.current?.state.doc ?? first.current,
        extensions: [
          language,
          ...[history(), bracketMatching(), closeBrackets(), autocompletion()],
          // Tab goes on to the next field, as everywhere on the page.
          keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
          ...[EditorView.lineWrapping, editorTheme, syntaxHighlighting(highlighting)],
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [language, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { length } = editor.state.doc;
    const within = marks.map((mark) => ({
      ...mark,
      ...{ from: Math.min(mark.from, length), to: Math.min(mark.to, length) },
    }));
    editor.dispatch(setDiagnostics(editor.state, within));
  }, [marks]);

  return <div ref={box} />;
}
