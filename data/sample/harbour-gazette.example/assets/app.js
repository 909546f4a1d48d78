document.getElementById('root').textContent='';
