import { html } from 'hono/html';
import type { oas31 } from 'zod-openapi';
import type { OpenApiDocument } from '#edge/http/openapi/document.ts';
import { type Access, type Endpoint, errorsOf, errorTexts } from '#edge/http/openapi/endpoint.ts';
import { type Row, rowsOf, typeOf } from '#edge/http/openapi/schema-rows.ts';
import { withCode } from './with-code.ts';

type Markup = ReturnType<typeof html>;

const accessTexts: Readonly<Record<Access, string>> = {
  account: 'Needs an account’s token.',
  'account-or-nobody': 'An account’s token is taken, and not needed.',
  admin: 'Needs the admin secret.',
  metrics: 'Needs the token for metrics, or the admin secret.',
  'own-token': 'Needs no account’s token: the address has a token of its own.',
  nobody: 'Needs no token.',
};

/** One endpoint. */
export function endpointArticle(endpoint: Endpoint, document: OpenApiDocument): Markup {
  const { method, path, id, summary, description, access } = endpoint;
  const operation = document.paths?.[path]?.[method];
  const parameters = (operation?.parameters ?? []).flatMap((it) => ('in' in it ? [it] : []));
  return html`<article id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name">${summary}</h3>
<p><code class="call"><b>${method.toUpperCase()}</b> ${path}</code></p>
${description === undefined ? '' : html`<p>${withCode(description)}</p>`}
<p>${accessTexts[access]}</p>
${fieldTable(
  'Parameters',
  parameters.map((it) => parameterRow(it, document)),
)}
${bodyTable(operation, document)}
${answersTable(endpoint, operation, document)}
</article>`;
}

function parameterRow(parameter: oas31.ParameterObject, document: OpenApiDocument): Row {
  const { name, required = false, schema = {}, description = '' } = parameter;
  return { name: `${name} (${parameter.in})`, type: typeOf(schema, document), isRequired: required, description };
}

function bodyTable(operation: oas31.OperationObject | undefined, document: OpenApiDocument): Markup | '' {
  const body = operation?.requestBody;
  if (body === undefined || !('content' in body)) return '';
  const [[mediaType, { schema = {} }] = ['', {}]] = Object.entries(body.content);
  const caption = `Body (${mediaType}${body.required === true ? '' : ', may be absent'})`;
  return fieldTable(caption, rowsOf(schema, document));
}

function answersTable(endpoint: Endpoint, operation: oas31.OperationObject | undefined, document: OpenApiDocument): Markup {
  const answers = endpoint.answers.map(({ status, description }) => {
    const response: oas31.ResponseObject | undefined = operation?.responses?.[String(status)];
    const schema = response?.content?.['application/json']?.schema;
    const rows = schema === undefined ? [] : rowsOf(schema, document).filter(({ name }) => name.startsWith('metadata'));
    return html`<tr><th scope="row">${status}</th><td>${withCode(description)}${fieldList(rows)}</td></tr>`;
  });
  const errors = errorsOf(endpoint).map(
    (status) => html`<tr><th scope="row">${status}</th><td>${withCode(errorTexts[status])}</td></tr>`,
  );
  return html`<table><caption>Answers</caption>
<thead><tr><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${answers}${errors}</tbody></table>`;
}

function fieldList(rows: readonly Row[]): Markup | '' {
  if (rows.length === 0) return '';
  return html`<ul>${rows.map(({ name, type }) => html`<li><code>${name}</code>: ${type}</li>`)}</ul>`;
}

function fieldTable(caption: string, rows: readonly Row[]): Markup | '' {
  if (rows.length === 0) return '';
  return html`<table><caption>${caption}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">Needed</th></tr></thead>
<tbody>${rows.map(
    ({ name, type, isRequired, description }) => html`<tr><th scope="row"><code>${name}</code></th>
<td>${type}${description === '' ? '' : html`<br>${withCode(description)}`}</td><td>${isRequired ? 'yes' : 'no'}</td></tr>`,
  )}</tbody></table>`;
}
