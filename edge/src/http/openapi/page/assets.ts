/** The style of the page. Neither text may hold `</`. */
export const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 75rem; padding: 0 1rem 4rem; display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 0 2rem; }
header { grid-column: 1 / -1; }
nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; align-self: start; }
nav h2 { font-size: 1rem; margin: 1rem 0 0; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: 0.2rem 0; }
article { border-top: 1px solid; padding: 0.5rem 0 1rem; }
article:target { outline: 2px solid; outline-offset: 0.5rem; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
.call { display: inline-block; border: 1px solid; border-radius: 0.25rem; padding: 0.2rem 0.6rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; }
th, td { text-align: left; vertical-align: top; border-top: 1px solid; padding: 0.3rem 0.6rem 0.3rem 0; overflow-wrap: anywhere; }
th { overflow-wrap: normal; }
tbody th { font-weight: normal; }
th:has(code) { min-width: 8rem; }
input { font: inherit; width: min(100%, 24rem); padding: 0.4rem; }
label { display: block; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: Canvas; padding: 0.5rem; }
[hidden] { display: none; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; max-height: none; } }
`;

/** Filters the endpoints by what is typed; without it the page has all that it has with it. */
export const script = `
const field = document.querySelector('#filter');
const found = document.querySelector('#found');
const articles = [...document.querySelectorAll('article')];
const texts = new Map(articles.map((article) => [article, article.textContent.toLowerCase()]));
const filter = () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const article of articles) {
    const fits = words.every((word) => texts.get(article).includes(word));
    article.hidden = !fits;
    document.querySelector('nav a[href="#' + article.id + '"]').parentElement.hidden = !fits;
    if (fits) shown += 1;
  }
  for (const section of document.querySelectorAll('main section')) section.hidden = !section.querySelector('article:not([hidden])');
  found.textContent = words.length === 0 ? '' : shown + ' of ' + articles.length;
};
field.addEventListener('input', filter);
document.querySelector('search').hidden = false;
`;
