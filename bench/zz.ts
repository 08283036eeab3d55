import pg from 'pg';import {readFileSync} from 'node:fs';
const d='/tmp/eyes2x/data/postgres/';
const c=new pg.Client({host:'127.0.0.1',port:Number(process.argv[2]),user:'lastgood',password:readFileSync(d+'password','utf8').trim(),database:'lastgood'});
await c.connect().catch(async e=>{console.log(String(e))});
console.log((await c.query("select column_name,data_type,is_nullable from information_schema.columns where table_name='services'")).rows.map(r=>r.column_name+':'+r.data_type).join(' '));
for(const q of process.argv.slice(3)){const t=performance.now();const r=await c.query(q);console.log(r.rowCount,Math.round(performance.now()-t)+'ms',JSON.stringify(r.rows).slice(0,600))}
await c.end();
