import { yaml } from '@codemirror/lang-yaml';
import type { Diagnostic } from '@codemirror/lint';
import { CodeEditor } from './code-editor.tsx';

export interface YamlEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  /** Of this very text. */
  marks: readonly Diagnostic[];
}

const language = yaml();

/** A declaration to be written. */
export default function YamlEditor(props: YamlEditorProps) {
  return <CodeEditor {...props} language={language} />;
}
