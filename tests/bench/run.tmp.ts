const [, , name, ...rest] = process.argv;
const { default: bench } = await import(`./${name}.ts`);
console.log(await bench({ arguments: rest }));
