(function(){var b=document.querySelector('.cn-accept');if(b){b.onclick=function(){b.parentNode.remove();};}})();
