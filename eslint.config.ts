import { createRequire } from 'node:module';
import type { ESLint } from 'eslint';
import { defineConfig } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

// It comes without types.
const redos = createRequire(import.meta.url)('eslint-plugin-redos') as ESLint.Plugin;

export default defineConfig(
  { ignores: ['dist/', 'coverage/', '.cache/', 'test/stand-in/', '.dependency-cruiser.cjs'] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'AbortSignal', property: 'any', message: 'Use JoinedSignal: on Node 20 it loses sources.' },
      ],
    },
  },
  {
    // Texts come from outside: an expression that takes more than linear time lets one caller stop everybody. Each of these
    // two knows some that the other does not.
    files: ['src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    plugins: { regexp, redos },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
      'redos/no-vulnerable': ['error', { ignoreErrors: false, timeout: 60_000 }],
    },
  },
  {
    // All hints can be seen and compared at one place, src/core/failures; an error that is passed on keeps its own.
    files: ['src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "NewExpression[callee.name='AppError'] Property[key.name='hint'] > :matches(Literal, TemplateLiteral, BinaryExpression, ConditionalExpression)",
          message: 'What to do next is written in src/core/failures.',
        },
      ],
    },
  },
  {
    // What a page shows comes from sandboxes: it is text, and nothing makes markup of it.
    files: ['proof-view/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(MemberExpression > Identifier, JSXAttribute > JSXIdentifier)[name=/^(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|setHTMLUnsafe|createContextualFragment|write)$/]',
          message: 'Text stays text.',
        },
      ],
    },
  },
  // What an example shows is what it prints.
  { files: ['examples/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.mjs', '**/*.cjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
);
